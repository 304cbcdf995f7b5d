"""Sentences in which a page says that it was corrected. Pure."""

from __future__ import annotations

import re

from crawler.extract.characters import folded

_SAYS = re.compile(
    r"[\[(*\s]*(?:"
    r"(?:correction|clarification|corrected|editor'?s'? correction|update and correction)s?\b\s?[:\-(].*"
    r"|editor'?s'? note\s?[:\-].*\b(?:correct|amend|clarif|earlier version|misstat|inaccura|error|retract).*"
    r"|.{0,80}\b(?:this|an earlier|a previous|the original|an original)\b.{0,40}\b(?:article|story|report|version|headline|post|piece)\b.{0,60}"
    r"\b(?:amended|corrected|clarified|updated to (?:correct|clarify|reflect)|edited to|misstated|incorrectly|wrongly|erroneously|mistakenly|misidentified|misspelled|misquoted)\b.*"
    r"|.{0,40}\b(?:korrektur|berichtigung|richtigstellung)\b\s?[:(].*|.{0,80}\bin einer (?:früheren|ersten|vorherigen) (?:version|fassung)\b.*|.{0,60}(?:artikel|text|meldung) wurde .{0,40}(?:korrigiert|berichtigt).*"
    r"|(?:rectificatif|erratum|correction|précision)\b\s?[:(].*|.{0,60}une (?:première |précédente )?version (?:précédente|antérieure|initiale)?.{0,60}(?:erreur|indiquait|affirmait|corrig).*|.{0,40}(?:article|texte) (?:a été|est) (?:corrigé|rectifié).*"
    r"|(?:corrección|rectificación|fe de errat?as|fe de errores|aclaración)\b\s?[:(].*|.{0,60}una versión (?:anterior|previa).{0,120}|(?:correção|errata|errado|retificação)\b\s?[:(].*|.{0,60}uma versão anterior.{0,120}"
    r"|(?:errata corrige|correzione|rettifica)\b\s?[:(]?.*|(?:rectificatie|correctie)\b\s?[:(].*|.{0,60}in een eerdere versie.*|(?:rättelse|rettelse|retting|oikaisu)\b\s?[:(].*|(?:sprostowanie|oprava|düzeltme|ispravak|διόρθωση)\b\s?[:(].*"
    r"|(?:исправление|уточнение|поправка|виправлення|уточнення)\b\s?[:(].*|.{0,60}в (?:предыдущей|первоначальной|более ранней) версии.*|.{0,60}(?:в|у) попередній версії.*"
    r"|(?:تصحيح|تصویب|توضيح)\s?[:(].*|.{0,60}(?:نسخة|صيغة) سابقة من هذا.*|(?:اصلاحیه|تصحیح|اصلاح)\s?[:(].*|.{0,60}نسخه (?:قبلی|پیشین|اولیه).{0,80}|(?:תיקון|הבהרה)\s?[:(].*|.{0,60}בגרסה (?:קודמת|מוקדמת).*"
    r"|(?:更正|勘误|勘誤|订正|訂正|お詫びと訂正|編者注)\s?[:：(（】].*|.{0,40}(?:本文|此前|先前)(?:早前|较早|的)?版本.*|.{0,40}(?:誤り|間違い)が(?:あり|ござい)ました.*|.{0,40}訂正(?:しました|いたします|します).*|(?:정정|바로잡습니다|알려드립니다)\s?[:(]?.*"
    r"|(?:सुधार|शुद्धिपत्र|भूल सुधार)\s?[:(].*|(?:koreksi|ralat|đính chính)\b\s?[:(].*"
    r")",
    re.DOTALL,
)
MOST = 700
"""Characters of such a sentence."""


def is_correction(sentence: str) -> bool:
    """Return whether a sentence says that the article it stands in was corrected."""
    return len(sentence) <= MOST and _SAYS.fullmatch(folded(sentence)) is not None
