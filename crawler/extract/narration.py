"""Sentences of a report that begin like boilerplate: what somebody said of it, or what became of it.

Boilerplate speaks to the reader and of now: *follow*, *subscribe*, *may be used*. A report tells: who said it, what was,
what came of it. A whole sentence with a word of telling is text, whatever words it opens with.
"""

from __future__ import annotations

import re

_SAYING = """
said told asked wrote ruled warned shouted cried joked replied recalled announced urged admitted insisted testified
found
sagte sagten meinte rief riefen fragte schrieb erklärte warnte teilte antwortete berichtete forderte fand fanden
disait déclaré affirmé lancé répondu expliqué demandé
dijo dijeron decía afirmó escribió preguntó gritó declaró explicó advirtió
disse disseram afirmou escreveu perguntou gritou declarou explicou avisou
detto gridato chiesto spiegato dichiarato disse scrisse
zei zeiden riep schreef vroeg verklaarde waarschuwde
powiedział powiedziała napisał napisała zapytał krzyknął ostrzegł řekl řekla napsal uvedl uvedla
sade skrev ropade frågade varnade sagde råbte spurte ropte sanoi kirjoitti kysyi mondta írta spus
dedi söyledi bağırdı yazdı sordu uyardı
сказал сказала сказали заявил заявила заявили говорил говорила говорили говорилось написал написала спросил крикнул
сообщил сообщила сообщили отметил отметила призывал призывала призвал призвала предупредил предупредила
сказав сказала заявив написав повідомив повідомила зазначив
είπε είπαν δήλωσε έγραψε ρώτησε каза заяви рече рекао rekao rekla izjavio
قال قالت قالوا أعلن أعلنت صرح كتب كتبت أضاف گفت گفتند نوشت اعلام אמר אמרה אמרו כתב कहा बताया katanya ujar kata
"""
_TELLING = """
was were had did went came stood took gave began ended heard knew held lost saw fell grew ran sold broke became
decided kept laughed promised painted sailed thought believed opened died won showed turned passed
waren wurde wurden hatte hatten standen kam kamen ging gingen nahm gab gaben ließ wollte konnte
musste durfte blieb verlor verließ führte widerrief druckte
était étaient avait avaient fut furent vint prit resta finissait
era eran fue fueron había estaba estaban hizo vino tomó
foi foram tinha havia estava estavam fez veio ficou
erano aveva avevano fu furono hanno avrebbero venne rimase
was waren werd had hadden stond ging kwam bracht
był była było byli były miał miała byl byla bylo byli měl měla var hade blev havde ble oli olivat fost
был была было были имел имела имели стал стала стало стоял стояло потеряли отдавали узнал узнала поверили
був була було були мав мала ήταν είχε беше бяха био била bio bila
كان كانت كانوا بود بودند היה הייתה היו था थे थी çıkardı oldu idi telah đã
"""
_PHRASES = (
    r"\b(?:a|ont) (?:dit|été|eu|fait|pris|refusé|repris|coûté)\b|\bè stat[ao]\b|\btrusted (?:nobody|him|her|them)\b|"
    r"\bwar (?:der|das|ein|eine|nicht|er|sie|es|am|im|von|mit|auch)\b|\bstand (?:am|auf|im|in der|unter|über)\b|, says\b|\bsays (?:he|she|the|his|her)\b|\b(?:he|she|they) says?\b|"
    r", (?:sagt|sagen|dice|dicen|diz|dizem|zegt|mówi|säger|sier|siger|diyor|говорит|говорят)\b"
)
_UNPARTED = (
    "表示|指出|宣布|声明|聲明|作出了|裁决|裁決|说[,，:：道]|他说|她说|說[,，:：道]|他說|她說|と述べ|と語っ|と話し|だった|でした|ていた|した。|"
    "말했|밝혔|전했|했다|였다|있었다|한다고|กล่าว|ระบุ"
)
_CLAUSES = r"\bwhose\b|\bin which\b|, though\b"
_ENDED = re.compile(r"""[.!?؟。！？।][\s"')\]]*$""")


def _words(*lists: str) -> re.Pattern[str]:
    """Return the expression for one of the words; what *you* did is no report."""
    words = sorted({word for each in lists for word in each.split()})
    return re.compile(
        rf"(?<!\byou )(?<!\bfrequently )\b(?:{'|'.join(words)})\b|{_PHRASES}|{_CLAUSES}|{_UNPARTED}"
    )


_SAID, _TOLD = _words(_SAYING), _words(_SAYING, _TELLING)


def narrates(text: str) -> bool:
    """Tell whether a folded line is a whole sentence that tells of what was."""
    return bool(_ENDED.search(text) and _TOLD.search(text))


def quotes_somebody(text: str) -> bool:
    """Tell whether a folded line is a whole sentence that tells what somebody said."""
    return bool(_ENDED.search(text) and _SAID.search(text))
