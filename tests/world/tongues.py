"""Sentences in several languages of which articles are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """Sentences of one language; {a} and {b} are names, {n} a figure."""

    code: str
    titles: tuple[str, ...]
    other_titles: tuple[str, ...]
    names: tuple[str, ...]
    opening: tuple[str, ...]
    """First sentences, each names {a} and {n}."""
    middle: tuple[str, ...]
    spoken: tuple[str, ...]
    """Quotations with their speakers."""
    reworded: tuple[tuple[str, str], ...]
    """Words of the middle, and others that say something else."""
    slips: tuple[tuple[str, str], ...]
    """Words of the middle, and how they were misspelt at first."""
    ago: str
    views: str


TONGUES = (
    Tongue(
        code="en",
        titles=(
            "Town of {b} closes its old bridge",
            "Ferry of {b} stays in port",
            "School in {b} gets a new roof",
        ),
        other_titles=("Anger in {b} over council vote", "{b}: repairs will cost far more than planned"),
        names=("Anna Lindt", "Karl Brandt", "Mary Okoye", "Peter Halloran", "Selma", "Karlow", "Eastmere"),
        opening=(
            "The council of {b} decided on Monday evening, with the votes of {a} and her group, to spend {n} thousand crowns.",
            "Some {n} people came to the town hall of {b} to hear what {a} had to say about the plan.",
        ),
        middle=(
            "Engineers found cracks in the piers after the flood of last spring, and the road has been closed since.",
            "Residents complain that the way to the hospital has become longer by almost half an hour.",
            "The work is expected to begin in autumn, once the money has been granted by the province.",
            "A similar project in the neighbouring valley was given up after complaints from fishermen.",
            "Shopkeepers along the river fear that customers will stay away for the whole summer.",
        ),
        spoken=(
            "“We did not take this step lightly, and nobody will be left alone with it,” the mayor told reporters.",
            "“This has been promised to us for eleven years, and nothing has come of it,” said the head of the farmers' union.",
        ),
        reworded=(
            ("is expected to begin in autumn", "will not begin before the next election"),
            ("fear that customers will stay away", "have asked a court to stop the whole thing"),
        ),
        slips=(
            ("Residents complain", "Residents complian"),
            ("Engineers found", "Enginers found"),
            ("neighbouring", "neigbouring"),
        ),
        ago="{n} minutes ago",
        views="{n} views",
    ),
    Tongue(
        code="de",
        titles=("{b} schließt seine alte Brücke", "Fähre von {b} bleibt im Hafen"),
        other_titles=("Ärger in {b} nach der Abstimmung", "{b}: Umbau wird teurer als geplant"),
        names=(
            "Jana Kessler",
            "Otto Reimann",
            "Ute Vogel",
            "Hanno Thiele",
            "Selmshafen",
            "Karlau",
            "Ostmoor",
        ),
        opening=(
            "Der Rat von {b} hat am Abend mit den Stimmen von {a} beschlossen, {n} Tausend Kronen auszugeben.",
            "Rund {n} Menschen kamen in das Rathaus von {b}, um zu hören, was {a} zu dem Plan zu sagen hat.",
        ),
        middle=(
            "Fachleute hatten nach dem Hochwasser im Frühjahr Risse in den Pfeilern gefunden und die Straße gesperrt.",
            "Anwohner beklagen, dass der Weg ins Krankenhaus seither fast eine halbe Stunde länger dauert.",
            "Die Arbeiten sollen im Herbst beginnen, sobald das Land das Geld bewilligt hat.",
            "Ein ähnliches Vorhaben im Nachbartal wurde nach Beschwerden der Fischer aufgegeben.",
            "Die Händler am Fluss fürchten, dass die Kundschaft den ganzen Sommer über ausbleibt.",
        ),
        spoken=(
            "„Wir haben uns diesen Schritt nicht leicht gemacht, und wir lassen niemanden damit allein“, sagte die Bürgermeisterin.",
            "„Das wird uns seit elf Jahren versprochen, und geschehen ist bisher gar nichts“, sagte der Sprecher der Bauern.",
        ),
        reworded=(
            ("sollen im Herbst beginnen", "werden nicht vor der Wahl aufgenommen"),
            ("aufgegeben", "vor Gericht durchgesetzt"),
        ),
        slips=(("beklagen", "beklagne"), ("Nachbartal", "Nachbatal"), ("Fachleute", "Fachluete")),
        ago="vor {n} Minuten",
        views="{n} Aufrufe",
    ),
    Tongue(
        code="fr",
        titles=("{b} ferme son vieux pont", "Le bac de {b} reste au port"),
        other_titles=("Colère à {b} après le vote", "{b} : les travaux coûteront bien plus cher"),
        names=(
            "Claire Daumont",
            "Louis Ferrand",
            "Agnès Morel",
            "Yves Tardieu",
            "Selmes",
            "Carlou",
            "Ostmare",
        ),
        opening=(
            "Le conseil de {b} a décidé lundi soir, avec les voix de {a}, de dépenser {n} mille couronnes.",
            "Quelque {n} personnes sont venues à la mairie de {b} pour écouter {a} présenter le projet.",
        ),
        middle=(
            "Des ingénieurs avaient trouvé des fissures dans les piles après la crue du printemps, et la route est fermée depuis.",
            "Les habitants se plaignent que le trajet vers l'hôpital dure presque une demi-heure de plus.",
            "Les travaux doivent commencer en automne, dès que la région aura accordé les fonds.",
            "Un projet semblable dans la vallée voisine a été abandonné après des plaintes de pêcheurs.",
            "Les commerçants au bord du fleuve craignent que les clients ne viennent plus de tout l'été.",
        ),
        spoken=(
            "« Nous n'avons pas pris cette décision à la légère, et personne ne restera seul », a déclaré la maire.",
            "« On nous le promet depuis onze ans, et rien n'a jamais été fait », a dit le porte-parole des agriculteurs.",
        ),
        reworded=(
            ("doivent commencer en automne", "ne commenceront pas avant les élections"),
            ("abandonné", "imposé par le tribunal"),
        ),
        slips=(("habitants", "habitnats"), ("semblable", "semblabe"), ("ingénieurs", "ingénieus")),
        ago="il y a {n} minutes",
        views="{n} vues",
    ),
    Tongue(
        code="ru",
        titles=("Город {b} закрывает старый мост", "Паром из {b} остаётся в порту"),
        other_titles=("Недовольство в {b} после голосования", "{b}: ремонт обойдётся намного дороже"),
        names=(
            "Анна Лебедева",
            "Олег Журавский",
            "Мария Климова",
            "Пётр Савельев",
            "Селмск",
            "Карлово",
            "Остмор",
        ),
        opening=(
            "Совет города {b} решил в понедельник вечером, при поддержке депутата {a}, потратить {n} тысяч крон.",
            "Около {n} человек пришли в ратушу города {b}, чтобы услышать, что скажет {a} о планах.",
        ),
        middle=(
            "Инженеры обнаружили трещины в опорах после весеннего паводка, и с тех пор дорога закрыта.",
            "Жители жалуются, что дорога до больницы стала длиннее почти на полчаса.",
            "Работы должны начаться осенью, как только область выделит средства.",
            "Похожий проект в соседней долине был оставлен после жалоб рыбаков.",
            "Владельцы лавок у реки опасаются, что покупатели не придут всё лето.",
        ),
        spoken=(
            "«Мы приняли это решение не с лёгким сердцем, и никто не останется один», сказала мэр журналистам.",
            "«Нам обещают это уже одиннадцать лет, и ничего не было сделано», заявил глава союза фермеров.",
        ),
        reworded=(
            ("должны начаться осенью", "отложены до следующих выборов"),
            ("оставлен после жалоб рыбаков", "завершён вопреки решению суда"),
        ),
        slips=(("жалуются", "жалуютя"), ("Инженеры", "Инженреы"), ("соседней", "соседенй")),
        ago="{n} минут назад",
        views="{n} просмотров",
    ),
    Tongue(
        code="fa",
        titles=("شهر {b} پل قدیمی خود را می‌بندد", "قایق مسافری {b} در بندر می‌ماند"),
        other_titles=("خشم مردم {b} از رای شورا", "هزینه تعمیرات در {b} بسیار بیشتر از برآورد است"),
        names=("آقای رضایی", "خانم کریمی", "آقای موسوی", "دکتر احمدی", "سلم‌آباد", "کارلو", "اُستمار"),
        opening=(
            "شورای شهر {b} دوشنبه شب با رای {a} تصمیم گرفت {n} هزار کرون هزینه کند.",
            "حدود {n} نفر به ساختمان شهرداری {b} آمدند تا سخنان {a} را درباره این طرح بشنوند.",
        ),
        middle=(
            "مهندسان پس از سیل بهار در پایه‌های پل ترک پیدا کردند و جاده از آن زمان بسته است.",
            "ساکنان می‌گویند راه رسیدن به بیمارستان نزدیک به نیم ساعت طولانی‌تر شده است.",
            "قرار است کار در پاییز آغاز شود، به شرطی که استان بودجه را تصویب کند.",
            "طرح مشابهی در دره همسایه پس از شکایت ماهیگیران کنار گذاشته شد.",
            "مغازه‌داران کنار رودخانه نگران هستند که مشتریان همه تابستان نیایند.",
        ),
        spoken=(
            "«ما این تصمیم را به آسانی نگرفتیم و هیچ‌کس را تنها نمی‌گذاریم» شهردار به خبرنگاران گفت.",
            "«سال‌هاست که این را به ما وعده می‌دهند و هیچ کاری انجام نشده است» رئیس اتحادیه کشاورزان گفت.",
        ),
        reworded=(
            ("در پاییز آغاز شود", "تا انتخابات بعدی متوقف بماند"),
            ("کنار گذاشته شد", "با حکم دادگاه اجرا شد"),
        ),
        slips=(("بیمارستان", "بیمارستن"), ("مهندسان", "مهنسدان"), ("ماهیگیران", "ماهیگران")),
        ago="{n} دقیقه پیش",
        views="{n} بازدید",
    ),
    Tongue(
        code="zh",
        titles=("{b}关闭旧桥", "{b}渡轮停航"),
        other_titles=("{b}市民对表决结果表示不满", "{b}维修费用远超预算"),
        names=("王伟", "李红", "陈志强", "刘芳", "塞尔姆市", "卡洛市", "东湖市"),
        opening=(
            "{b}议会周一晚间通过决议，{a}表示，将拨款{n}万元用于改建工程。",
            "约{n}人来到{b}市政厅旁听，{a}说，计划将分几个阶段进行。",
        ),
        middle=(
            "工程师在春季洪水过后发现桥墩出现裂缝，道路从那时起一直封闭。",
            "居民抱怨说，前往医院的路程因此延长了将近半个小时。",
            "工程预计将在秋季开始，前提是省政府批准相关经费。",
            "邻近山谷的类似项目在渔民提出投诉之后被放弃。",
            "沿河的商户担心，整个夏天都不会有顾客光临他们的店铺。",
        ),
        spoken=(
            "“我们不是轻易作出这个决定的，也不会让任何人独自承担后果。”市长对记者说。",
            "“多年来他们一直向我们作出承诺，可是什么都没有做。”农民协会负责人说。",
        ),
        reworded=(("预计将在秋季开始", "已经推迟到下届选举之后"), ("投诉之后被放弃", "反对声中强行动工")),
        slips=(("裂缝", "裂逢"), ("抱怨", "报怨"), ("渔民", "鱼民")),
        ago="{n}分钟前",
        views="阅读 {n}",
    ),
)
