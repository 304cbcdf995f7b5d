"""Boilerplate lines that differ from page to page: expressions that must match a whole line at their place.

Each begins with words that open such a line and no sentence of a report. They see the line twice, as it is and folded
(small letters, plain quotes); what must have capitals says so. None is asked about a line of more than 400 characters.
"""

from __future__ import annotations

_NETWORKS = r"(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|google news|flipboard|tiktok|linkedin|threads|bluesky|truth social|viber|vk|weibo|wechat)"
_READ_ALSO = (
    r"(?:(?:please )?read (?:more|also|next|this|on)|also read|must read|see also|also see|more on this|(?:more )?related(?: (?:story|stories|article|articles|coverage|news|video|reading|content))?|recommended|don'?t miss|you may (?:also )?like|watch(?: (?:also|now|more))?|"
    r"(?:à )?lire (?:aussi|également|plus)|à lire|voir aussi|à voir aussi|sur le même sujet|notre dossier|"
    r"lea (?:también|además|más)|le[eé](?:r)? (?:también|además|más)|(?:te|le|les) (?:puede|podría) interesar|(?:vea|mira|ver|mirá) (?:también|además|más)|más información|"
    r"(?:leia|veja|confira|saiba|ouça) (?:também|mais|ainda)|"
    r"(?:lesen|sehen|hören) sie (?:auch|mehr|dazu|hier)|lies auch|siehe auch|mehr (?:dazu|zum thema|lesen)|auch interessant|passend dazu|weitere (?:artikel|themen|informationen|news)|lesetipps?|"
    r"lees (?:ook|meer|verder)|zie ook|bekijk ook|leggi (?:anche|di più)|guarda anche|ti potrebbe interessare|approfondisci|"
    r"czytaj (?:też|także|również|więcej)|zobacz (?:też|także|również)|przeczytaj (?:też|także|również)|polecamy|čtěte (?:také|též|více)|přečtěte si(?: také)?|čítajte (?:aj|tiež)|"
    r"läs (?:också|mer|även)|les (?:også|mer)|læs (?:også|mere)|se også|lue (?:myös|lisää)|katso myös|olvas(?:sa|d) el|kapcsolódó|citește (?:și|mai mult)|vezi și|"
    r"чита[йи](?:те)? (?:также|ещ[её]|далее|по теме)|см(?:отри(?:те)?|\.) (?:также|ещ[её])|по теме|материал(?:ы)? по теме|"
    r"чита[йи](?:те)? (?:також|ще|більше)|дивіться також|за темою|прочетете още|вижте още|прочитајте и|pročitajte (?:i|još)|"
    r"διαβάστε (?:επίσης|ακόμ[αη]|περισσότερα)|δείτε (?:επίσης|ακόμ[αη])|(?:bunu da )?okuyun|i̇?lgili haber(?:ler)?|"
    r"اقرأ (?:أيضا|أيضاً|أيضًا|ايضا|المزيد)|شاهد (?:أيضا|أيضاً|أيضًا)|(?:مقالات|مواضيع|أخبار) (?:ذات صلة|متعلقة)|(?:بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط|اخبار مرتبط)|"
    r"קרא(?:ו|י)? (?:גם|עוד)|(?:यह भी|ये भी|इसे भी) पढ़ें|और पढ़ें|baca (?:juga|selengkapnya)|lihat juga|simak juga|(?:xem|đọc) thêm|tin liên quan|อ่าน(?:เพิ่มเติม|ต่อ|ข่าว)|ข่าวที่เกี่ยวข้อง|"
    r"相关(?:阅读|新闻|报道|链接|文章)|相關(?:閱讀|新聞|報導|文章)|延伸(?:阅读|閱讀)|更多(?:阅读|新闻|报道)|推荐阅读|あわせて読みたい|関連(?:記事|ニュース|リンク|キーワード)|関連する記事|【?関連】?|관련 ?(?:기사|뉴스|글)|더 ?(?:읽어보기|보기))"
)
_READ_ON = r"(?:read (?:more|also|next)|also read|lire (?:aussi|également)|lea (?:también|más)|leia (?:também|mais)|lesen sie (?:auch|mehr|hier)|lees (?:ook|meer)|leggi anche|czytaj (?:także|też|również)|читайте (?:также|ещ[её]|також|ще)|اقرأ (?:أيضا|أيضاً|المزيد)|بیشتر بخوانید|baca juga|xem thêm)"
"""What opens such a line also without a colon."""
_PHOTO = (
    r"(?:(?:photo|image|picture|video|foto|(?:featured|cover|main|lead|header|banner) (?:image|photo))s?(?: (?:credit|credits|source|courtesy|via|by|from))?|credits?|crédits?(?: (?:photo|photos|image))?|photographs?(?: by)?|"
    r"fotos?|bild(?:er|quelle|nachweis|rechte)?|fotógrafo|imagen|imágenes|imagem|imagens|foto(?:grafia)?|фото(?:графия)?|источник фото|zdjęci[ae]|fot\.|valokuva|kuva|kép|fotografija|φωτο(?:γραφία)?|צילום|"
    r"(?:الصورة|صورة|تصوير|عکس|تصویر)|写真|画像|사진|사진 ?(?:출처|제공)|图片?(?:来源)?|圖片?(?:來源)?|资料图|資料照(?:片)?|摄影|攝影|ảnh|ภาพ|फोटो)"
)

LINE: tuple[tuple[str, str], ...] = (
    ("read-also", rf"[\[(•▶►➡️👉>»\-– ]*{_READ_ALSO}\s?[:：|›»>→].{{0,220}}"),
    ("credit", rf"[\[(]?{_PHOTO}\s?(?::|：|\|)\s?[^?？]{{2,120}}"),
    ("credit", r"(?:©|ⓒ)\s?.{2,120}"),
    ("time", r"(?:19|20)\d\d-[01]\d-[0-3]\dt[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?"),
    ("address", r"https?://\S+\.(?:jpe?g|png|gif|webp|svg|avif)(?:\?\S*)?"),
    ("click-here", r"(?:please )?(?:click|tap) (?:here|below|(?:on )?the .{0,30}\b(?:links?|buttons?|icons?|images?|pictures?|photos?|arrows?|banner|video|player|tab|box|logo|map|headline)\b) ?.{3,160}|(?:get|download) .{3,80} by clicking here[.!]?"),
    ("click-here", r"(?:klicken sie hier|klick hier|cliquez ici|haga clic aquí|haz clic aquí|clique aqui|clicca qui|klik hier|kliknij tutaj|нажмите здесь|жмите сюда)\b.{0,160}"),
    ("follow", rf"follow (?:us|me|him|her|them|@?[\w.’'&-]+(?: [\w.’'&-]+){{0,4}}) on {_NETWORKS}\b.{{0,160}}"),
    ("follow", r"(?:s[íi]guenos|s[íi]ganos|siga-nos|siga nos|suivez(?:-nous| notre (?:page|compte|chaîne|actu\w*|direct|fil|live)| nos (?:actu\w*|comptes?|réseaux|pages?|infos)| toute l['’]actualité)|folge(?:n sie)? uns|volg ons|seguici|segui (?:il nostro|la nostra|.{2,30} su)|obserwuj nas|följ oss|følg (?:oss|os)|sledujte nás|seuraa meitä|urm[aă]ri[țt]i-ne|ακολουθήστε (?:μας|το)|bizi takip edin|ikuti kami|theo dõi chúng tôi)\b.{0,200}"),
    ("follow", r"(?:подписывай(?:ся|тесь)|подпи(?:сыва|ши)[йт]\w* (?:на|и)|подпишитесь|читайте нас|следите за (?:нами|новостями)|підписуй(?:ся|тесь|теся)|підпишіться|стежте за (?:нами|новинами)|تابعونا|تابعوا .{2,40}|ما را در .{2,60}(?:دنبال کنید)|עקבו אחרינו)(?: .{0,200})?"),
    ("newsletter", r"(?:click here to )?(?:sign up|subscribe|register)(?: now| here| today| free| for free)?(?: to| for| and| by| with).{0,120}\b(?:newsletters?|e-?mails?|alerts?|podcasts?|channel|updates|inbox|briefing|access)\b.{0,160}"),
    ("newsletter", r".{0,250}\b(?:delivered|sent|straight|right|directly)\b.{0,30} (?:to|in|into) your (?:e-?mail |own )?inbox\b.{0,160}"),
    ("newsletter", r"(?:get|receive) .{3,160} (?:to|in|into) your (?:e-?mail )?inbox\b.{0,100}"),
    ("newsletter", r"(?:abonnieren sie|abonniere|melden sie sich|melde dich) .{0,120}(?:newsletter|kanal|push-\w+).{0,160}|jetzt .{0,40}(?:newsletter|kanal) .{0,60}(?:abonnieren|anmelden|bestellen)[.!]?"),
    ("newsletter", r"(?:inscrivez-vous|abonnez-vous|recevez) .{0,120}(?:newsletter|lettre|infolettre|alertes?|chaîne).{0,160}|(?:suscr[íi]b(?:ase|ete|irte|irse)|ap[úu]ntate|reg[íi]strate|recib[ae]) .{0,120}(?:newsletter|bolet[íi]n|canal|alertas?).{0,160}"),
    ("newsletter", r"(?:assine|inscreva-se|cadastre-se|receba) .{0,120}(?:newsletter|boletim|canal|notícias).{0,160}|(?:iscriviti|abbonati|ricevi) .{0,120}(?:newsletter|canale|notifiche).{0,160}|(?:schrijf je in|meld je aan|abonneer) .{0,160}|zapisz się .{0,120}newsletter.{0,100}"),
    ("external", r"an dieser stelle (?:finden sie|befindet sich|steht|wurde|ist) .{3,120}extern.{3,300}|(?:ich bin damit einverstanden, dass|wir (?:benötigen|brauchen) (?:ihre|deine) (?:zustimmung|einwilligung)|für die darstellung von .{3,80} nutzen wir|um .{3,60} (?:anzuzeigen|darzustellen|anzusehen), (?:müssen|benötigen|brauchen)).{3,330}"),
    ("external", r"(?:to (?:see|view|display|watch|show) this (?:content|embed|post|video|tweet)|this (?:content|embed|post|video|article) (?:is (?:hosted|provided|not available)|cannot be|can't be|could not be|contains content)).{3,300}|(?:afficher ce contenu|ce contenu (?:est bloqué|n'est pas|provient)|para (?:ver|mostrar|visualizar) este contenido|este contenido no|deze inhoud|om deze inhoud|questo contenuto|per vedere questo contenuto).{3,300}"),
    ("external", r"(?:your browser does not support|javascript (?:is|must be)|please enable javascript|(?:ihr|dein) browser unterstützt).{0,200}"),
    ("affiliate", r"(?=.*\b(?:we|us|our)\b)(?=.*\b(?:earns?|receives?|gets?|makes?|paid|pays?|generates?|compensated)\b)(?=.*\b(?:links?|purchases?|buy|click)\b)(?=.*\b(?:commissions?|compensation)\b).{20,400}"),
    ("disclaimer", r"(?:disclaimer|haftungsausschluss|aviso legal|avertissement)\s?[:：].{10,380}"),
    ("machine", r"(?:this article (?:was|has been) (?:machine|automatically) translated(?! ?,)|dies ist eine maschinelle übersetzung|(?:cet article a été|article) traduit automatiquement|traducido (?:automáticamente|por ia)).{0,330}"),
    ("audio", r"(?:listen to (?:this|the) (?:article|story|post)|(?:diesen )?(?:artikel|beitrag) (?:an|vor)hören|écouter (?:cet |l['’ ])?article|escuch(?:a|ar|e) (?:este |esta |el )?(?:art[íi]culo|nota|noticia)(?: aqu[íi])?|ouça (?:este|o) artigo|ascolta (?:l['’ ]|questo )?articolo|luister naar dit artikel|lyssna på artikeln|lytt til (?:saken|artikkelen))(?: [^\s.,;!?]+){0,2}(?: ?[:(|·•–-].{0,40})?[.!]?"),
)  # fmt: skip
"""Anywhere in the text."""

_NAME = r"(?-i:[A-ZÀ-ÝĀ-ŽА-ЯЁІЇЄĞİŞ][\w.’'-]+)"
_BYLINE = rf"(?:by|von|par|por|di|door|av|af|text|texte|texto|testo|tekst|текст|автор|autor|autorin)(?: ?:)? {_NAME}(?:(?:(?:,| and| und| et| y| e| en| og| och| &)? | ?/ ?){_NAME}){{1,6}}"
"""Names are parted by a space or a slash, so that there is one way to read a line."""

HEAD: tuple[tuple[str, str], ...] = (
    ("reading-time", r"(?:tempo de leitura|lesedauer|lesezeit|reading time|read time|temps de lecture|(?:temps|durée) de lecture|tiempo de lectura|tempo di lettura|leestijd|lästid|lesetid|læsetid|lukuaika|czas czytania|время (?:чтения|на чтение)|час читання|okuma süresi|وقت القراءة|زمان مطالعه|baca dalam|阅读时间|読了時間)\s?:? ?(?:ca\. ?)?\d{1,3} ?[^\W\d_]{0,8}\.?"),
    ("reading-time", r"\d{1,3}[ -]?min(?:ute|uto|uten|uti)?[snt]?\.? (?:read|lesezeit|de lecture|de lectura|de leitura|di lettura|lezen|läsning)"),
    ("byline", _BYLINE),
    ("section", r".{0,20}주요 ?뉴스|\[?속보\]?"),
)  # fmt: skip
"""In the run of such lines that opens the text."""

TAIL: tuple[tuple[str, str], ...] = (
    ("copyright", r"(?:copyright\s*)?(?:©|\(c\)|&copy;)\s?.{0,40}\b(?:19|20)\d\d\b.{0,160}"),
    ("copyright", r"copyright\s(?!law|act\b|rule|case|claim|holder|owner|office|in\b|of\b)(?:©\s?)?(?:[\w.&]+ ){0,4}(?:19|20)\d\d\b.{0,160}"),
    ("copyright", r"[<(\[]?\s*copyright\s?[©ⓒ:].{2,160}|(?:©|ⓒ)\s?.{2,160}|저작권자 ?[ⓒ©(:].{2,120}|.{0,60}무단 ?전재.{0,30}금지.{0,40}|.{0,40}版权所有(?![者人权]).{0,80}|未经(?:授权|许可|允许).{0,30}(?:不得|禁止|严禁|请勿).{0,15}(?:转载|复制|使用|转发|摘编|镜像).{0,40}"),
    ("copyright", r"(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|все права защищены|всі права захищено|wszelkie prawa zastrzeżone|tüm hakları saklıdır)(?:$|\s?[^\w\s].{0,160}| (?:by|to|für|bei|à|a) .{2,80})"),
    ("mirror-notice", r".{2,40}website can (?:also )?be accessed (?:at|via|through) the following (?:alternat(?:e|ive)|mirror) address(?:es)?:?"),
    ("app-promo", r"(?:download|get|try|install) (?:the|our) .{2,40} app\b.{0,80}"),
    ("app-promo", r"[\w.’'&-]+(?: [\w.’'&-]+){0,3} (?:roku|app store|google play|appgallery)"),
    ("follow", rf"follow .{{2,60}} on {_NETWORKS}\b.{{0,220}}"),
    ("follow", r"follow .{2,60}(?:'s)? (?:full |complete |live )?coverage .{3,160}"),
    ("follow", rf"(?:join|find|like|connect with|catch) (?:us|our|the conversation).{{0,40}} on {_NETWORKS}\b.{{0,160}}"),
    ("share", r"(?:like|enjoy|enjoyed|love|loved) (?:this (?:story|article|post|newsletter|piece)|what you).{0,60}\?.{0,200}|if you (?:like|liked|enjoy|enjoyed|love|loved|found) (?:this|our) (?:story|article|post|piece|reporting|work|newsletter).{3,260}"),
    ("share", r"(?:share|spread) (?:this|the) (?:article|story|post|page|news|word)(?: (?:with|on|via|by|to|now|using|if|and|around)\b.{0,110})?\s?[.!:]*|(?:hat (?:ihnen|dir)|gefällt (?:ihnen|dir)) .{3,60}(?:artikel|beitrag|text).{0,160}"),
    ("comments", r"(?:atenção|attention|note|hinweis|nota|notice|importante|aviso)\s?[:!].{0,200}(?:coment[áa]rios?|comments?|kommentare?|commentaires?|commenti)\b.{0,200}|(?:leser)?kommentare .{3,160}(?:meinung|ansicht)\b.{0,80}"),
    ("tags", r"(?:tags?|keywords?|topics?|filed under|in this story|palabras clave|etiquetas|temas|assuntos|mots[- ]clés|thèmes|schlagwörter|schlagworte|stichworte|themen|trefwoorden|tagi|štítky|emneord|ämnen|теги|метки|темы|etiketler|关键词|關鍵字|キーワード|タグ|태그|الكلمات (?:المفتاحية|الدالة)|وسوم|برچسب‌?ها|תגיות|टैग)\s?[:：](?:.{0,299}[^.!?。؟]|\s?[^.!?。؟ ]{1,30}\.)?"),
    ("bare-address", r"(?:https?://)?(?:www\.)[a-z0-9-]+(?:\.[a-z0-9-]+){1,3}/?"),
    ("source", r"\(?(?:source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|kilde|källa|lähde|bron|źródło|zdroj|источник|источники|джерело|kaynak|forrás|sursa|πηγή|المصدر|منبع|出典|来源|來源|출처|sumber|nguồn|ที่มา)\s?[:：] ?(?:[^.!?]{2,40}|[\w-]+(?:\.[\w-]+){1,3})\)?"),
    ("programme", r"(?:sendung|erstveröffentlichung|sendedatum)\s?:.{3,200}\d[.:] ?\d.{0,60}|(?:über dieses thema berichte\w*|dieses thema im programm).{0,160}(?:\d[.:] ?\d|\d{4}|\bsendung|\buhr\b|programm|\").{0,100}"),
    ("credit", r"[-–—(\[ ]*.{2,160}? contributed (?:reporting|to this (?:report|story|article|post))(?: (?:from|in|to) .{2,70})?[.)\]]*"),
    ("credit", r"[-–—(\[• ]*(?:with files from|(?:with )?(?:additional |further )?reporting (?:by|from)|(?:edited|editing|writing|produced|compiled|translated) by) (?!.*, (?:the|an?|it|he|she|they|which|who)\b).{2,110}"),
    ("credit", r"(?:aus dem \w+(?:en)? (?:übersetzt )?von|übersetzung(?: und \w+)?\s?:|übersetzt von|redaktion\s?:|mitarbeit\s?:|protokoll\s?:|traduction\b.{0,10}:|traduit .{0,30}par|traducción\b.{0,10}[: ]|traducido por|tradução\s?:|traduzione\b.{0,10}[: ]) ?(?:.{2,50}|.{2,159}[^.!?])"),
    ("bio", r"[A-ZÀ-ÝА-Я][\w.'’-]+(?: [\w.'’-]+){1,4}(?: \(.{2,40}\))?,? (?:is|ist|est|es|è|er|är) (?:an? |the |one |un |une |una |ein |eine |en |ett? )?.{0,160}?\b(?:writers?|editor|reporter|correspondent|journalist|author|columnist|contributor|producer|redakteur(?:in)?|autor(?:in)?|journalistin|korrespondent(?:in)?|journaliste|rédact(?:eur|rice)|periodista|redactora?|giornalista|редактор|журналист|fellow|professor)\b.{0,400}"),
    ("credit", r"[\[(]?[a-zäöü]{2,5}(?:/[a-zäöü]{2,8}){1,3}[\])]?"),
    ("bio", r"(?:about the authors?|the authors?|über (?:den|die) autor(?:in|en)?|(?:der|die) autor(?:in|en)?|zur person|à propos de l['’]auteur|l['’]auteur|sobre (?:el|la|o|a) autora?|l['’]autore|об авторе|про автора)\s?:?"),
    ("contact", r"(?:[•*-] )?(?:e-?mail|contact(?! between)|reach|follow|write to|send)\b.{0,160}?(?:\S+@\S+\.\w+|@\w+|twitter\.com/\w+).{0,160}|(?:do you have|got|have) (?:a |any )?(?:news )?(?:tip|story (?:idea|tip|to tell))\b(?=.*[?@]|.*\b(?:contact|e-?mail|send|call|write|tell us|let us)\b).{0,260}"),
    ("contact", r".{2,80} can be (?:reached|contacted|followed) (?:at|on|via) .{0,60}(?:@|\+?\d[\d() .-]{5,}\d).{0,120}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("origin", r"(?:lest? (?:den|das) original\w*|read the original (?:article|story|version))(?:\s?[:»>|]| (?:here|on|at|in|auf|bei|hier|by)\b).{2,160}"),
    ("support", r"(?:(?:please )?(?:donate to|become a (?:member|patron|supporter|subscriber) of|support (?:us(?! or\b)|our (?:work|journalism|reporting|newsroom)|independent journalism)|help us (?:to )?(?:keep|continue|fund|report|make|improve|stay|grow|bring|tell|by|build|deliver|provide))\b|support .{2,40}!).{0,300}"),
    ("newsletter", r"(?:subscribe(?: (?:to|now|here|today|and|for|via|by|with|on|free)\b.{0,150})?|join us (?:on|at|in|for|as|today|now|here|this|every|live)\b.{0,150}|(?:sign up|register) (?:(?:here|now|today|below)\b|(?:to|for) (?:our|your|the|an?|my|this|free|daily|weekly|breaking|more|updates?|news|e-?mail|receive|get|read|continue|access|join|unlock|.{1,50}(?:newsletter|update|alert|briefing)s?)\b).{0,150})[.!:]?"),
    ("read-also", rf"{_READ_ON}\b(?: (?:about|on|here|at|from|in our|sur|sobre|su|over|dazu|zum|zur|über|hier|про|об?)\b.{{0,150}}|[^.!?。؟]{{0,160}})|mehr (?:zu[rm]?|über|dazu) .{{3,120}}(?:lesen sie|lest ihr|finden sie|gibt es|im liveblog).{{0,100}}"),
    ("comment-count", r"\d{1,5} (?:comments?|commentaires?|kommentare?|comentarios?|reacties|komentarzy|комментари\w+)"),
)  # fmt: skip
"""In the run of such lines that closes the text."""
