"""Words by which numbers and names are told, and those that turn a word into its contrary: tables."""

from __future__ import annotations

from crawler.changes.words import key_of

_NUMBER_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen dozens "
    "hundreds thousands millions billions half third quarter twice monday tuesday wednesday thursday friday saturday sunday",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn "
    "neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen milliarde "
    "milliarden dutzend dutzende hunderte tausende montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante "
    "cinquante soixante cent cents mille million millions milliard milliards dizaine dizaines centaine centaines lundi mardi "
    "mercredi jeudi vendredi samedi dimanche",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta "
    "sesenta setenta ochenta noventa cien ciento cientos mil miles millón millones lunes martes miércoles jueves viernes "
    "sábado domingo",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta quaranta cinquanta cento mille "
    "mila milione milioni miliardo miliardi lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "pt": "dois duas três quatro cinco seis sete oito nove dez onze doze quinze vinte trinta quarenta cinquenta cem cento mil "
    "milhão milhões bilhões segunda terça quarta quinta sexta sábado domingo",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig honderd duizend miljoen "
    "miljard maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": "dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć dwanaście dwadzieścia sto tysiąc tysiące tysięcy "
    "milion miliony milionów poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
    "ru": "два две двух три трех трёх четыре четырех пять пяти шесть шести семь восемь девять десять десяти одиннадцать "
    "двенадцать пятнадцать двадцать тридцать сорок пятьдесят сто двести триста пятьсот тысяча тысяч тысячи миллион миллиона "
    "миллионов миллиард миллиардов понедельник вторник среду среда четверг пятницу пятница субботу суббота воскресенье",
    "uk": "два дві три чотири п'ять шість сім вісім дев'ять десять дванадцять двадцять тридцять сто тисяча тисяч мільйон "
    "мільйонів понеділок вівторок середу четвер п'ятницю суботу неділю",
    "fa": "دو سه چهار پنج شش هفت هشت نه ده یازده دوازده پانزده بیست سی چهل پنجاه شصت هفتاد هشتاد نود صد هزار میلیون میلیارد "
    "شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه",
    "ar": "اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر عشرون عشرين ثلاثون ثلاثين "
    "مئة مائة مئات ألف آلاف مليون ملايين مليار الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "he": "שניים שתיים שני שתי שלושה שלוש ארבעה ארבע חמישה חמש שישה שש שבעה שבע שמונה תשעה תשע עשרה עשר עשרים מאה מאות אלף אלפים מיליון",
    "tr": "iki üç dört beş altı yedi sekiz dokuz yirmi otuz kırk elli altmış yetmiş seksen doksan yüz bin milyon milyar "
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
}
"""Numerals and days of the week by language: "otto" is eight, or a man."""
NUMBER_WORDS = {
    language: frozenset(key_of(word) for word in words.split()) for language, words in _NUMBER_WORDS.items()
}

_BEFORE = (
    "herr herrn frau doktor professor präsident präsidentin kanzler kanzlerin bundeskanzler minister "
    "ministerin außenminister innenminister bürgermeister sprecher sprecherin general الرئيس رئيس السيد "
    "السيدة الوزير وزير الدكتور الشيخ الملك الأمير الجنرال اللواء المتحدث المدعو النائب السفير الصحفي الصحفية "
    "آقای خانم دکتر رئیس‌جمهور رئیس‌جمهوری وزیر سردار ژنرال سرلشکر حجت‌الاسلام آیت‌الله نماینده سخنگو سفیر "
    "مهندس شهید ملک מר גברת ד״ר פרופ׳ השר הנשיא השרה האלוף הרב הנשיאה श्री श्रीमती राष्ट्रपति प्रधानमंत्री "
    "मंत्री डॉ मुख्यमंत्री जनाब صدر وزیراعظم העיר הממשלה הדובר דובר הדוברת הכנסת האופוזיציה"
)
TITLES_BEFORE = frozenset(key_of(word) for word in _BEFORE.split())
"""Titles that stand before a name, in German and in scripts without capitals."""
_AFTER = "대통령 총리 장관 씨 의원 대표 위원장 교수 기자 사장 회장 대변인 시장 지사 대사 감독 선수 जी"
TITLES_AFTER = tuple(key_of(word) for word in _AFTER.split())
"""Titles behind a name."""
_HAN_AFTER = (
    "先生 女士 总统 總統 主席 总理 總理 部长 部長 书记 書記 市长 市長 发言人 發言人 教授 氏 さん 首相 大統領 大臣 外相 知事 容疑者 被告 選手 "
    "監督 議員 社長 会長"
)
HAN_AFTER = tuple(_HAN_AFTER.split())
"""Titles behind a name in Chinese and Japanese."""
_HAN_SAYING = "说 說 表示 指出 认为 認為 强调 強調 告诉 告訴 透露"
HAN_SAYING = tuple(_HAN_SAYING.split())
"""Words for saying, which stand directly behind a name."""
_NEGATIONS = "un in im il ir dis non anti a nicht не без бес نا بی غیر لا"
NEGATIONS = frozenset(_NEGATIONS.split())
"""What turns a word into its contrary when it is put before it."""
DENIALS = frozenset("不没沒無无未非否")
"""Characters that do so in Chinese and Japanese."""
_ARTICLES = (
    "a an the der die das den dem ein eine einen le la les un une el los las una il lo gli i o os as um uma "
    "de het een"
)
ARTICLES = frozenset(_ARTICLES.split())
