"""Notes under and between the paragraphs of a text: who helped, where it is printed, what the reader shall do next.

Expressions as in `line_patterns`: each must match a whole line, and begins with words that open such a note and no
sentence of a report. Where else a text was published first, what was corrected in it, and the mark of an agency are no
such notes: they tell of the text, and stay.
"""

from __future__ import annotations

_SELF = r"(?:article|story|piece|post|essay|column|commentary|op-ed|dispatch)"
"""What a text calls itself; a report or a review may be what it is about."""
_AGENCIES = r"(?:afp|ap|apa|dpa|reuters|efe|ansa|belga|anp|ntb|tt|ritzau|pap|mti|lusa|tass|xinhua|ians|pti|ani|kna|epd|sid|keystone-sda|sda|europa press|agência brasil|agencias?|agências?|agenturen|agences?|agenzie|agencies|wires?)"
_AND = r"(?:,? (?:and|und|et|y|e|en|og|och|i|&) |, ?|/)"

AMONG: tuple[tuple[str, str], ...] = (
    ("read-also", r"[^\w(]*(?:read|see) more (?:about|on|in|from|at)\b[^.]{2,100}[:：]|\+{2,} ?(?:lesen sie|lies|mehr (?:dazu|zum)|hier (?:lesen|geht)|alle) .{5,200} ?\+{2,}|lesen sie mehr (?:über|zu)\b.{3,120}|(?:te recomendamos|recomendado|no te pierdas|vea además|también te puede interesar|إقرأ (?:أيضا|أيضاً|أيضًا|المزيد)|شاهد (?:أيضا|أيضاً))\s?[:：|].{0,200}"),
    ("advert", r"(?:story|article|text|content) continues (?:below|after|under)(?: (?:the |this |our )?(?:ad|advert|advertisement|video|gallery|photo|image|newsletter|promotion)s?)?[.:…]*|(?:der )?(?:artikel|text) (?:geht|wird) (?:nach|unter) (?:der|dem|dieser|diesem) (?:anzeige|werbung|bild|video|foto|grafik|galerie|infografik) (?:weiter|fortgesetzt)[.:]?|(?:l')?article continue (?:après|sous)\b.{0,40}|(?:el )?artículo continúa (?:después|debajo)\b.{0,40}|dalsza część (?:artykułu|tekstu) pod\b.{0,60}"),
    ("player", r"[\[(]?embedded (?:content|video|tweet|post|media)[\])]?|loading(?: video| player| comments| article)?\s?(?:\.{3}|…)|(?:hide|toggle|show|expand) caption|enlarge this image|\d{1,3}[- ]min(?:ute)? (?:listen|watch)|listen ?[·•|] ?\d{1,2}:\d\d(?::\d\d)?(?: min(?:utes)?)?|powered by [\w. ]{2,30}"),
    ("credit", r"\((?:(?:ap |file |stock |staff |courtesy |handout )?(?:photo|photos|image|images|picture|illustration|graphic|video|screenshot)s?(?: (?:by|via|from|courtesy of|credit):?|\s?[:/])|courtesy(?: of|:)|(?:foto|fotos|bild|grafik|фото|写真|写真提供|사진|图|图片)\s?[:：/=])[^)]{0,140}\)|(?:image|photo|photograph|picture)s? (?:via|courtesy of|credit) [^.!?]{2,80}|[（(【\[〔](?:写真|画像|図|图|图片|圖|사진|자료사진|그래픽)\s?[=:：／/][^）)】\]〕]{1,80}[）)】\]〕]"),
    ("caption", r"[▲△▶◀▼] ?.{2,250}(?:사진\s?[=:제/©]|[=/]\s?(?:연합뉴스|뉴시스|뉴스1)|제공).{0,60}"),
    ("app-promo", r"(?:download|get|install) (?:the|our) [\w’'& ]{2,40} (?:news )?app (?:for|on|from|in|today|now)\b.{0,120}|get (?:e-?mail|push) notifications (?:on|for|about) .{2,80}"),
    ("follow", r"(?:join|follow|subscribe to) (?:our|the) (?:official )?(?:[\w’'& ]{1,30} )?(?:whatsapp|telegram|youtube|viber) (?:channel|group|community)\b.{0,140}"),
    ("newsletter", r"(?:stay (?:up[- ]to[- ]date|informed|in the know|connected|ahead)|never miss|don'?t miss)\b.{0,120}[.!:,—-] ?(?:sign up|subscribe|register|get|follow|join) .{0,100}\b(?:newsletters?|channel|alerts?|inbox|updates|e-?mails?)\b.{0,100}"),
    ("paywall", r"(?:unlock|continue reading|keep reading|read) (?:this|the) (?:article|story|full (?:article|story)) (?:for free|by (?:signing|registering|subscribing)|with a (?:free|digital|paid)? ?(?:subscription|account|trial))\b.{0,120}|(?:keep|continue) reading for (?:free|just|only)\b.{0,100}|start your (?:free (?:\w+[- ]day )?|\w+[- ]day free )trial\b.{0,80}|already (?:a|an) (?:\w+ )?(?:subscriber|member)\? ?.{0,60}"),
)  # fmt: skip
"""Between paragraphs and everywhere else."""

_END = r"\s*[.!…]*"
CLOSING: tuple[tuple[str, str], ...] = (
    ("origin", rf"this {_SELF}(?: (?:about|on|by) .{{2,80}})? (?:was|is|has been) (?:written by .{{2,60}} and )?(?:produced|supported|funded|made possible|underwritten|co-published|published|reported)\b.{{0,120}}\b(?:non-?profit|newsroom|news (?:organi[sz]ation|service|outlet)|grants?|fellowship|foundation|journalism|(?:partnership|collaboration) with)\b.{{0,240}}"),
    ("origin", rf"(?:a|an) (?:\w+ )?version of this {_SELF} (?:appears|appeared|ran|was (?:published|printed)) in (?:the )?(?:print|.{{2,60}}(?:edition|issue|newspaper|newsletter)\b).{{0,300}}"),
    ("credit", rf"[-–—(\[ ]*(?:mit (?:material|informationen|agenturmaterial)(?: (?:von|der|des|aus))?|(?:avec|source ?:) |(?:con|com) (?:información|informações|informazioni|material|datos) d[aeo]s?(?: la| el)?|met (?:informatie|medewerking) van|with (?:inputs?|information|files|material|reports?) from|\(?with) ?(?:agency |news )?{_AGENCIES}(?:{_AND}{_AGENCIES})*[\s.)\]]*"),
    ("credit", r"\(?with inputs? from [\w’']+(?: [\w’']+){0,3}(?:(?:,| and|, and) [\w’']+(?: [\w’']+){0,2}){0,3}\)?"),
    ("credit", r"(?:reporting|writing|reported|additional reporting) by [^.]{2,90}[;.] ?(?:editing|edited|writing|additional reporting|production|compiled)\b.{2,140}"),
    ("credit", r"(?:dpa|apa|afp|ots|sda|kna|epd)[-\w]*,? ?(?:dpa|apa|ots|sda)?:\d{6}\S*"),
    ("credit", r"[（(【]?(?:责任编辑|責任編輯|责编|編輯|编辑|编辑部|原标题|原標題|稿源|校对|校對|审核|撰稿|翻译|监制|通讯员)\s?[:：].{1,60}"),
    ("standards", r"our standards\s?: .{3,80}"),
    ("consent", r"by (?:signing up|subscribing|clicking|submitting|continuing|registering|providing your (?:e-?mail|information))\b.{0,40},? you (?:agree|consent|acknowledge|accept|confirm)\b.{0,260}|(?:mit (?:der|ihrer) (?:anmeldung|registrierung|bestellung)) .{0,40}(?:stimmen|akzeptieren|willigen) sie\b.{0,240}"),
    ("thanks", r"(?:thanks|thank you)(?: so much| very much)? for (?:reading|subscribing|being a (?:reader|subscriber|member))(?:(?: (?:this|our|my|the) [\w’' ]{2,40})?[.!]| and (?:sharing|supporting)\b).{0,260}"),
    ("disclosure", r".{2,80} (?:does not|do not) work for, consult, own shares in or receive funding\b.{0,300}"),
    ("time", r"(?:first |last )?(?:published|updated|posted|modified|publicado|actualizado|veröffentlicht|aktualisiert|publié|опубликовано|обновлено)(?: on| at| am| le| el)?\s?[:：].{4,60}\d.{0,20}"),
    ("comments", r"what (?:do|did) you think(?: (?:of|about) .{2,80})?\? ?(?:let us know|tell us|share|comment|sound off|leave|join|have your say)\b.{0,160}|to (?:comment|leave a comment) on this (?:story|article|post)\b.{0,100}|(?:let us know|tell us|share your thoughts|sound off|have your say|join the (?:conversation|discussion)) (?:what you think |your thoughts )?in the comments?\b.{0,120}"),
    ("read-also", r"(?:click here to )?read (?:the )?(?:full|original|complete|whole|entire|rest of (?:the|this)) (?:story|article|report|interview|piece|post)(?: (?:here|at|on|in)\b.{0,60})?" rf"{_END}|(?:read|see|find) more (?:at|from|of|on) .{{2,80}}{_END}|view source version on .{{3,120}}"),
    ("contact", r"reach .{2,60} (?:at|via|on) .{0,40}(?:@|\d{3}).{0,120}|(?:twitter|x|instagram|e-?mail|facebook|bluesky|threads)\s?[:：]\s?@?[\w.@-]{2,60}|@\w{3,30}(?:[ ,|/]+@\w{3,30})*|(?:got|have) a (?:story|tip|question|comment|correction)\b.{0,60}\? ?(?:contact|e-?mail|call|send|write|let|get|tell|reach|click|drop)\b.{0,160}"),
    ("tools", r"(?:submit|report|request|suggest|send) an? (?:correction|error|typo|mistake|news tip)" rf"{_END}" r"|(?:нашли|заметили) (?:ошибку|опечатку)\b.{0,160}|(?:fehler|tippfehler) (?:gefunden|entdeckt)\?.{0,120}|get (?:our|the) app" rf"{_END}"),
    ("support", r"our journalism (?:needs|depends on|relies on) .{3,200}|if you (?:value|appreciate|enjoy|like|trust) (?:our|this) (?:work|journalism|reporting|coverage)\b.{3,240}|support (?:local|independent|quality|our|public|nonprofit) (?:journalism|news|reporting|media)\b.{0,160}"),
    ("bio", r"the writers? (?:is|are) (?:an?|the|currently) .{0,120}\b(?:professor|lecturer|editor|journalist|columnist|analyst|researcher|economist|lawyer|advocate|attorney|diplomat|ambassador|minister|bureaucrat|civil servant|police officer|fellow|student|consultant|director|chair\w*|contributor|correspondent|teacher|academic|physician)\b.{0,240}"),
    ("credit", r"(?:记者|記者)\s?[\u3400-\u9fff·]{2,12}|[/／]?\s?[가-힣]{0,8} ?기자\s?[(=]?\s?\S+@\S+\.\w+[)]?|[\[<(【]?\s?(?:저작권자|ⓒ|©)[^가-힣]{0,3}.{2,60}[\])>】]|[(（]本文(?:共|约)?\s?\d+\s?字[)）]"),
    ("end-mark", r"[(（【\[]?(?:完|编辑完|了|끝|انتهای پیام|انتهى)[)）】\]]?\s?[/.。]?"),
    ("tags", r"(?:كلمات مفتاحية|كلمات دلالية|وسوم الخبر|برچسب|کلیدواژه(?:‌?ها)?)\s?[:：].{0,300}"),
    ("address", r"(?:listen|download|subscribe|itunes|spotify|apple podcasts?|google podcasts?|watch|rss|stitcher|soundcloud)\s?: ?https?://\S+(?: ?\w+)?"),
    ("tags", r"(?:#[\w-]+[\s,]*){2,}"),
    ("support", r"(?:il vous reste|il te reste) .{1,20} (?:de cet article|à lire)\b.{0,120}|(?:cet article|la suite) est (?:réservée? aux|à lire)\b.{0,120}"),
    ("copyright", r"(?:©|ⓒ)? ?riproduzione riservata ?(?:©|ⓒ)?.{0,40}|reproducción (?:prohibida|total o parcial).{0,160}|reprodução (?:proibida|sem autorização).{0,160}"),
)  # fmt: skip
"""Name and expression."""
