"""Sentences of a report that begin with, quote or hold the words of boilerplate: none is cut, wherever it stands."""

from __future__ import annotations

import pytest

from crawler.clean import cut_chrome
from crawler.extract import line_patterns
from crawler.extract.line_asking import line_rules

FIRST = "The harbour board of Wexholm took its eleven pilots back on Monday, three weeks after it had sent them home."
SECOND = "A diver found the chains of all four buoys cut, the board said, and the police ask who was out that night."

TRAPS = (
    (
        "read-also",
        "Read more: that was the advice of the librarian, and the children of Wexholm took it and read eleven books each.",
    ),
    (
        "read-also",
        "Related: the word stood on the door of the family court, and nobody knew who had painted it there in the night.",
    ),
    (
        "read-also",
        "Watch: it is the first word of the ship's log, and the board has kept it since 1911 as its own motto.",
    ),
    (
        "read-also",
        "Lire aussi : c'est par ces mots que finissait la lettre du maire, qui a été lue devant le conseil lundi soir.",
    ),
    (
        "read-also",
        "Siehe auch: So stand es am Rand der Akte, die der Ausschuss am Montag zum ersten Mal lesen durfte.",
    ),
    (
        "read-also",
        "Read more books, the minister told the pupils of Wexholm on Monday, and switch off your telephones.",
    ),
    (
        "read-also",
        "Read next to the stove, the letter took her back to the winter of 1944, she told the court.",
    ),
    (
        "read-also",
        "Leggi anche più severe non avrebbero fermato i piloti, ha detto lunedì il presidente del porto.",
    ),
    (
        "read-also",
        "Mehr zur Lage im Hafen wollte der Sprecher nicht sagen, doch Antworten finden Sie, so meinte er, im Bericht.",
    ),
    (
        "read-also",
        "Mehr über den Fall lesen Sie in den Akten, rief der Anwalt dem Richter zu und verließ den Saal.",
    ),
    (
        "read-also",
        "Baca juga surat itu, kata menteri kepada para siswa pada hari Senin di pelabuhan Wexholm.",
    ),
    (
        "credit",
        "Photo: that single word was all the board had written under the picture of the eleven drowned pilots.",
    ),
    (
        "credit",
        "Image: the word has ruled his life, he said, and he would not let it ruin the lives of his children.",
    ),
    (
        "credit",
        "Credit: the bank gave none to the pilots, who had to sell their boats in the winter of the strike.",
    ),
    (
        "credit",
        "Bild: So heißt die Zeitung, die den Bericht am Montag zuerst druckte und am Dienstag widerrief.",
    ),
    (
        "credit",
        "Фото: это слово стояло под снимком, который полиция показала журналистам в понедельник вечером.",
    ),
    (
        "credit",
        "© is the sign that the printers of Wexholm put on every map, and the court held it to be worthless.",
    ),
    (
        "time",
        "2026-11-19T08:57 was the time that the clock of the harbour office showed when the water reached it.",
    ),
    (
        "address",
        "https://www.example.com/assets/logo.png was the address under which the drawing lay for eleven years.",
    ),
    (
        "click-here",
        "Click here was all that the message said, and eleven pilots of the harbour lost their savings to it.",
    ),
    (
        "click-here",
        "Click the seat belt first, then start, the driving teacher used to say to every pupil in Wexholm.",
    ),
    (
        "click-here",
        "Tap the barrel twice and listen, the brewer told his sons, for a full one has no voice of its own.",
    ),
    (
        "click-here",
        "Click below the waterline, heard by the divers on Monday, came from the chain of the fourth buoy.",
    ),
    (
        "click-here",
        "Klicken Sie hier, stand in der Nachricht, die elf Lotsen des Hafens um ihr Erspartes brachte.",
    ),
    (
        "click-here",
        "Cliquez ici, disait le message qui a coûté leurs économies à onze pilotes du port, selon la police.",
    ),
    (
        "click-here",
        "Нажмите здесь, говорилось в сообщении, из-за которого одиннадцать лоцманов потеряли свои сбережения.",
    ),
    (
        "follow",
        "Follow me on Facebook, the minister had told the pilots, and eleven of them did so before the strike ended.",
    ),
    (
        "follow",
        "Follow him on Telegram and you will understand the war, the general's widow said of the blogger on Monday.",
    ),
    (
        "follow",
        "Síguenos en Telegram, decía el cartel que los pilotos del puerto colgaron el lunes en el muelle mayor.",
    ),
    (
        "follow",
        "Suivez notre exemple, a lancé le maire aux pilotes du port, qui ont repris le travail mardi matin.",
    ),
    ("follow", "Folgen Sie uns, rief der Lotse den Passagieren zu, und führte sie durch den Rauch an Land."),
    ("follow", "Volg ons, riep de loods naar de passagiers, en hij bracht hen door de rook aan land."),
    ("follow", "Seguici, ha gridato il pilota ai passeggeri, e li ha portati a terra attraverso il fumo."),
    ("follow", "Bizi takip edin, diye bağırdı kılavuz kaptan ve yolcuları dumanın içinden karaya çıkardı."),
    (
        "follow",
        "Следите за новостями, сказал министр лоцманам, и вы узнаете обо всем первыми, но они не поверили.",
    ),
    (
        "follow",
        "Подписывайтесь на заём, призывала газета рабочих порта в 1942 году, и они отдавали месячный заработок.",
    ),
    ("follow", "تابعونا قال المرشد للركاب ثم قادهم عبر الدخان إلى البر بعد ساعة من الحريق."),
    (
        "newsletter",
        "Register for the draft by e-mail, the ministry told men of 18 years on Monday, or face a fine of 500 euros.",
    ),
    (
        "newsletter",
        "Subscribe to the theory that all access is power, the professor told his students, and you will go far.",
    ),
    (
        "newsletter",
        "The letters were delivered by a boy to your inbox or mine, the old editor told the court, and never by post.",
    ),
    (
        "newsletter",
        "Receive a stranger's picture in your inbox and you may be liable for it, the police of Wexholm warned on Monday.",
    ),
    (
        "newsletter",
        "Abonnieren Sie nicht den Kanal dieses Mannes, warnte die Polizei die Eltern von Wexholm am Montag.",
    ),
    (
        "newsletter",
        "Recevez les pilotes, leur lettre est digne, a dit le maire au président du port, qui a refusé lundi.",
    ),
    (
        "newsletter",
        "Reciba usted al canal de Panamá como lo que es, dijo el presidente a los pilotos en su discurso.",
    ),
    (
        "newsletter",
        "Receba as notícias com calma, disse a mãe do piloto ao telefone, antes de contar o que houve no porto.",
    ),
    (
        "newsletter",
        "Ricevi le notifiche del tribunale e tremi, ha detto il pilota, che da undici anni aspetta il processo.",
    ),
    (
        "external",
        "An dieser Stelle wurde 1911 der Grundstein gelegt, sagte der Bürgermeister, und ein externer Gutachter prüft ihn nun.",
    ),
    (
        "external",
        "Wir brauchen Ihre Zustimmung, sagte der Kanzler den Abgeordneten am Montag, sonst endet diese Regierung.",
    ),
    (
        "external",
        "Ich bin damit einverstanden, dass der Hafen verkauft wird, sagte der Lotse am Montag vor dem Ausschuss.",
    ),
    (
        "external",
        "Um die Lage anzusehen, müssen die Lotsen am Montag noch einmal hinausfahren, teilte der Hafen mit.",
    ),
    (
        "external",
        "This article is not available to the public, the court ruled in 1987 of the paragraph that the treaty hides.",
    ),
    (
        "external",
        "This post could not be held against the tanks, the colonel told his men, and he led them back over the river.",
    ),
    (
        "external",
        "This video contains content that the court may not show, the judge said, and sent the audience home.",
    ),
    (
        "external",
        "This content cannot be copied, the archivist said as he shut the case with the eleven letters of the king.",
    ),
    (
        "external",
        "Ce contenu n'est pas le mien, a dit le chanteur au tribunal, qui doit rendre sa décision en mars prochain.",
    ),
    (
        "external",
        "Deze inhoud is gevaarlijk, stond op de ton die de duikers maandag in de haven van Wexholm vonden.",
    ),
    (
        "external",
        "JavaScript is a language that he wrote in ten days in May 1995, and it runs on nearly every page today.",
    ),
    (
        "external",
        "Your browser does not support you, you support it, the inventor joked when he took the prize in Wexholm.",
    ),
    (
        "affiliate",
        "We buy fish from eleven boats, and the commission asks us to prove that each purchase was weighed at the quay.",
    ),
    (
        "affiliate",
        "The links between us and the bank were known to the commission, the minister said, before the vote in March.",
    ),
    (
        "disclaimer",
        "Disclaimer: that is the name of the film which opened the festival of Wexholm on Monday to long applause.",
    ),
    (
        "machine",
        "This article was automatically translated, the court found, and so the contract meant the opposite of what both wanted.",
    ),
    (
        "audio",
        "Listen to this story and tell me it is not true, the old pilot said, and he began with the winter of 1944.",
    ),
    ("audio", "Listen to the story of the pilots of Wexholm and you hear the century."),
    ("audio", "Escuche la noticia con calma, dijo la madre del piloto."),
    (
        "reading-time",
        "Reading time 20 minutes was all that the pupils had, and the inspectors called it a scandal on Monday.",
    ),
    (
        "reading-time",
        "5 minutes read aloud from the report were enough for the board, which sent its pilots home on Monday.",
    ),
    (
        "byline",
        "By Mara Lindqvist's own count eleven pilots were missing on Monday, and the board did not say why.",
    ),
    (
        "byline",
        "Von Wexholm bis Gotland reicht der Streik der Lotsen, der am Montag in seine dritte Woche ging.",
    ),
    ("section", "주요 뉴스는 월요일 저녁에 다시 전해 드리겠다고 항구 방송국이 밝혔다."),
    (
        "copyright",
        "© 2026 was printed below the map that the pilots of Wexholm drew, and the court held it to be worthless.",
    ),
    (
        "copyright",
        "Copyright law of 1911 protects no map, the court said on Monday, and the pilots may print their own again.",
    ),
    (
        "copyright",
        "Copyright: the word stands on every page of the diary, for the old pilot trusted nobody, least of all his sons.",
    ),
    (
        "copyright",
        "All rights reserved to the crown in 1911 pass to the harbour board, parliament decided on Monday evening.",
    ),
    (
        "copyright",
        "Все права защищены законом, сказал судья лоцманам, но на деле их никто не защищает уже одиннадцать лет.",
    ),
    ("copyright", "未经授权的船只星期一不得进入港口，港务局在声明中说。"),
    ("copyright", "他说版权所有者没有同意，法院星期一作出了裁决。"),
    ("copyright", "그는 무단 전재를 인정했고 법원은 월요일에 벌금을 선고했다."),
    (
        "mirror-notice",
        "The board's website can be accessed at the following addresses, the minister read aloud, and then the line broke.",
    ),
    (
        "app-promo",
        "Download the harbour's app, the board told its pilots in March, and half of them bought their first telephone.",
    ),
    (
        "app-promo",
        "Try the police app, the minister said to the victims of the fraud, who laughed at him in the square.",
    ),
    (
        "follow",
        "Follow the pilots on X and you hear only one side, the judge said, and he read out the other for an hour.",
    ),
    (
        "follow",
        "Follow the money's full coverage of risk, the auditor said, and you end at the bank of the harbour board.",
    ),
    (
        "follow",
        "Join us on Facebook was the last that the girl wrote, and the police search for the sender of the answer.",
    ),
    (
        "follow",
        "Like our fathers on X, the ship of the pilots, we shall hold the line, the chairman shouted on the quay.",
    ),
    (
        "share",
        "Like this story? The old pilot has more of them, and on Monday he told eleven to the children of Wexholm.",
    ),
    (
        "share",
        "If you like this work, the master told the boy in 1944, you stay, and the boy stayed for sixty years.",
    ),
    ("share", "SHARE THIS ARTICLE was the title of his play, which ran for ten years in London."),
    (
        "share",
        "Share the news with your wife, the doctor said, and the pilot went home through the rain and said nothing.",
    ),
    (
        "share",
        "Spread the word that the harbour is open, the mayor told the pilots on Monday, and they sailed at dawn.",
    ),
    (
        "share",
        "Hat Ihnen der Richter den Text vorgelesen, fragte der Anwalt, und der Zeuge schüttelte den Kopf.",
    ),
    (
        "comments",
        "Attention! The minister's comments on the strike are false, the union wrote to its pilots on Monday.",
    ),
    (
        "comments",
        "Kommentare des Ministers zur Sache gaben nicht die Meinung der Regierung wieder, sagte ein Sprecher.",
    ),
    (
        "comments",
        "Nota: los comentarios del ministro no cambian nada, dijo el lunes el jefe de los pilotos del puerto.",
    ),
    (
        "tags",
        "Topics: the board had only two of them on Monday, and it did not agree on either before midnight.",
    ),
    (
        "tags",
        "In this story: a king, a pilot and a storm, the director said, you have all that the theatre needs.",
    ),
    (
        "tags",
        "Temas: eso es lo que le falta al gobierno, dijo el lunes el jefe de los pilotos en el congreso.",
    ),
    (
        "tags",
        "Темы: их на заседании было две, и ни по одной лоцманы не договорились до полуночи понедельника.",
    ),
    (
        "programme",
        "Sendung: Das Paket kam am Montag mit 11 Tagen Verspätung an, sagte der Lotse vor Gericht.",
    ),
    (
        "programme",
        "Über dieses Thema berichtete der Ausschuss dem Parlament am Montag, und die Lotsen hörten von der Galerie zu.",
    ),
    (
        "credit",
        "He told the court that nobody else contributed to this report of 1911, which cost the board eleven pilots.",
    ),
    (
        "credit",
        "The widow contributed reporting of her own, and the judge thanked her for it before he sent the pilots home.",
    ),
    (
        "credit",
        "Edited by his widow, the diary of the pilot came out on Monday and sold eleven copies an hour in Wexholm.",
    ),
    (
        "credit",
        "Produced by prisoners, the ropes of the harbour broke in the storm, and eleven boats drifted out to sea.",
    ),
    (
        "credit",
        "Translated by nobody, the letter lay in the archive for a century before a student read it on Monday.",
    ),
    (
        "credit",
        "Übersetzt von seiner Witwe erschien das Tagebuch des Lotsen am Montag, und es war mittags ausverkauft.",
    ),
    (
        "credit",
        "Traducido por su viuda, el diario del piloto salió el lunes y se agotó antes del mediodía en el puerto.",
    ),
    (
        "credit",
        "Redaktion: Das Wort stand an der Tür, hinter der elf Lotsen am Montag auf den Minister warteten.",
    ),
    (
        "bio",
        "Ann Lee was a journalist in Wexholm when the harbour burned, and she lost both of her sons that night.",
    ),
    (
        "bio",
        "Vladimir Putin is the author of the war, the court of Wexholm found on Monday, and it asks for his arrest.",
    ),
    (
        "bio",
        "The Kremlin was the author of the letter, the pilots' lawyer said, and the court believed him on Monday.",
    ),
    ("bio", "Bo Ek ist der Autor des Buches, das die Polizei am Montag in der Kajüte des toten Lotsen fand."),
    (
        "contact",
        "Contact between the pilots and the shore broke off at midnight, when @wexholm sent its last word.",
    ),
    (
        "contact",
        "Send for the pilot, the captain of @northstar wrote at midnight, but nobody on the shore read it.",
    ),
    (
        "contact",
        "Follow the smoke, the captain wrote at noon on twitter.com/northstar, and eleven boats found the wreck.",
    ),
    (
        "contact",
        "Have a tip for the waiter, the mayor told the pilots at the dinner, and they laughed for the first time.",
    ),
    (
        "contact",
        "The eleven pilots can be reached by radio at 156 megahertz only, the harbour board said on Monday evening.",
    ),
    (
        "contact",
        "The island can be reached on foot at low tide, 300 metres from the mole, the harbour board said on Monday.",
    ),
    (
        "origin",
        "Lest das Original, rief der Lehrer den Schülern zu, und elf von ihnen taten es noch am Montag.",
    ),
    (
        "origin",
        "Read the original story of the flood, the bishop told the pilots, and you will not fear the water.",
    ),
    (
        "support",
        "Help us, the pilots cried over the radio at midnight, but the harbour board had gone home at six.",
    ),
    (
        "support",
        "Support us or leave us, the pilots told the minister on Monday, and he left by the back door.",
    ),
    (
        "support",
        "Support our work with deeds, the pilots told the minister, and he promised them eleven new boats.",
    ),
    (
        "support",
        "Support the pilots! The cry went through the town on Monday, and by noon no shop was open any more.",
    ),
    (
        "support",
        "Become a member of the union or lose your boat, the chairman had told the pilots, the court heard.",
    ),
    (
        "newsletter",
        "Subscribe they did, eleven hundred of them, and the book of the pilots came out in the spring of 1911.",
    ),
    (
        "newsletter",
        "Sign up now or never, the recruiting officer told the pilots of Wexholm, and eleven of them signed.",
    ),
    (
        "newsletter",
        "Join us, the pilots shouted to the dockers on Monday, and by noon there was no crane that moved.",
    ),
    (
        "newsletter",
        "Register here, the sign said in 1911, and eleven hundred men stood in the rain before the harbour office.",
    ),
    ("comment-count", "11 comments were read aloud in court, and each of them named the pilot a murderer."),
    (
        "share",
        "Share the story, the villagers beg the visitors, but few who come here ever speak of the drowned valley.",
    ),
    (
        "share",
        "Share this page with nobody, he says, and hands over the drawing of the lock that nobody has picked.",
    ),
    (
        "newsletter",
        "Subscribe to nothing and owe nothing is the motto of the sect, whose members live on the island.",
    ),
    (
        "read-also",
        "Related: a word that the twins hear each day, though no test has ever shown that they share a parent.",
    ),
    ("credit", "© marks on old maps mean little, says the lawyer, for nobody alive can claim them."),
    ("follow", "Follow the money, as the saying goes, and the trail ends in a villa above the lake."),
    ("newsletter", "Sign up for war or go to prison: this choice faces the young men of the province."),
    (
        "tags",
        "Tags: small metal plates that soldiers wear around the neck have become a fashion in the capital.",
    ),
    (
        "source",
        "Source: the river has none, geologists believe, for its water seeps out of a hundred meadows at once.",
    ),
    (
        "read-also",
        "Lea también el pasado, pide la abuela a los niños, porque en él está escrito todo lo que viene.",
    ),
    (
        "comments",
        "Comments: the minister has none on the matter, and his office does not answer the telephone.",
    ),
    (
        "bare-address",
        "www.example.com was the address under which the pilots sold their maps, and nobody knows who owns it now.",
    ),
)
"""Name of the expression and a sentence that begins with its words."""


@pytest.mark.parametrize(("name", "sentence"), TRAPS)
@pytest.mark.parametrize("form", ["{}", "“{}”", "As one of them put it to the board: {}"])
def test_a_sentence_stays_at_every_place(form: str, name: str, sentence: str) -> None:
    line = form.format(sentence)
    for lines in ((FIRST, SECOND, line), (line, FIRST, SECOND), (FIRST, line, SECOND)):
        kept, gone = cut_chrome(lines, line_rules(()))
        assert gone == []
        assert [lines[number] for number in kept] == list(lines)


def test_every_expression_has_its_traps() -> None:
    names = {name for name, _ in (*line_patterns.LINE, *line_patterns.HEAD, *line_patterns.TAIL)}
    assert names == {name for name, _ in TRAPS}


@pytest.mark.parametrize(
    "line",
    [
        "If you found this story useful, please share it.",
        "Subscribe now, before the tide turns.",
        "Read more about the strike in our live blog.",
        "Download the Gazette app to read on the ferry.",
        "Do you have a news tip? Write to the harbour desk.",
        "Copyright 2026 The Coastal Gazette. All rights reserved.",
        "Share this article with your friends!",
        "未经授权，不得转载。",
        "Help us to keep the lamp of the harbour lit.",
    ],
)
def test_boilerplate_that_is_a_sentence_goes_from_the_tail(line: str) -> None:
    kept, _ = cut_chrome((FIRST, SECOND, line), line_rules(()))
    assert kept == [0, 1]
