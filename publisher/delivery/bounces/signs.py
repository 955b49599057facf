"""By what a notice of failure, an automatic reply and a returned mail are known: data, no rules.

Regular expressions for text in lower case,
or compared regardless of case; the languages are those
that mail programs were seen to write. Sources as in `vocabulary`.
"""

import re

# Programs that write notices, by what they put into From.
DAEMONS = (
    r"mailer-?daemon", r"post_?master", r"mail(?:er)? ?deliver", r"delivery (?:sub)?system",
    r"mail system", r"daemon@", r"mail-?admin", r"mail administrator", r"system administrator",
    r"mail router", r"smtp_mail_service", r"\bmdaemon\b", r"\bmmsc\b", r"sysadmin@",
)  # fmt: skip
# Programs that write notices among other things.
SERVANTS = (
    r"no-?reply@", r"notifications?@", r"bounces?@", r"sympa@", r"majordomo", r"listserv",
    r"mailman", r"-(?:admin|request|owner)@",
)  # fmt: skip

SUBJECTS = (
    # English
    r"undeliver", r"\bnot? (?:be )?deliver", r"non-?deliver", r"\bndr\b", r"\bbounced?\b",
    r"deliver\w* (?:delay|error|fail|has failed|incomplete|notif|problem|report|status|unsuccess)",
    r"fail\w* (?:delivery|notice|of delivery|mail|to deliver)", r"delayed mail",
    r"returned? (?:e-?)?mail", r"permanent (?:delivery|error|fail)", r"processing error",
    r"mail (?:bounced|could|delivery|error|fail|status|system error)", r"system error",
    r"message (?:blocked|could not|delayed|delivery|frozen|rejected|status|undeliver|you sent)",
    r"message not (?:deliver|sen[dt])",
    r"warning: (?:could|message)", r"unknown (?:address|host|recipient|user)",
    r"user (?:not found|unknown)", r"address (?:error|invalid|not found|unknown)",
    r"could not (?:be )?(?:deliver|send|sent)", r"couldn't be delivered",
    r"error sending your mail", r"automatically rejected", r"mail rejected", r"mta-blocked",
    r"^rejected: ", r"not member", r"reject mail", r"security alert", r"loop (?:alert|back)",
    # German, Dutch, Swedish, Danish and Norwegian
    r"unzustell", r"zustell", r"fehlgeschlagen", r"onbestelbaar", r"olevererbar",
    r"kan ikke leveres",
    # French, Italian, Spanish and Portuguese
    r"non[ _]remis", r"impossible de remettre", r"erreur de remise", r"échec", r"non recapit",
    r"mancata consegna", r"no se puede entregar", r"no entregado", r"devuelto", r"não entregue",
    # Russian, Japanese and Chinese
    r"не доставлено", r"недоставлен", r"配信", r"エラー", r"送信できません", r"退信",
)  # fmt: skip

FAILURES = (
    r"undeliver", r"fail", r"reject", r"refus", r"returned", r"bounce", r"error", r"unknown",
    r"invalid", r"delayed", r"full", r"quota", r"disabled", r"expired", r"exceed", r"blocked",
    r"denied", r"no such", r"problem", r"unrouteable", r"frozen",
    r"(?:not|n't|never|cannot|unable)\W.{0,60}(?:accept|deliver|exist|f[io]u?nd|reach|receiv|relay|sen[dt])",
    r"inexist", r"impossible", r"pas pu", r"nicht zugestellt", r"konnte nicht", r"no pudo",
    r"no ha sido", r"non è stat", r"не может быть", r"送信でき", r"できません", r"エラー",
)  # fmt: skip

# What stands in front of an address to say that it is the one.
LABELS = (
    r"recipients?(?: address)?(?: is)?", r"recipient\(s\)", r"original address", r"rcpt to",
    r"addressed to", r"error-for", r"undeliverable(?: address| to)?", r"(?:unknown )?user",
    r"userid",
    r"mailbox is full", r"exceeds? allowed size", r"deliver\w* (?:\w+ ){0,3}to",
    r"(?:mail|message|sent) to", r"delivery failed", r"(?:permanent|temporary) errors",
    r"address(?:es)?", r"reach", r"to", r"à", r"user unknown", r"not found", r"for",
    r"unable to deliver", r"account", r"unknown host", r"attempts", r"error", r"\(s\)",
)  # fmt: skip

# Header lines, quoted or not, whose addresses are never the recipient's.
OTHER_HEADERS = (
    r"from", r"to(?=\s{0,8}:\s{0,8}[^\s<])", r"cc", r"reply-to", r"sender", r"return-path",
    r"message-?id", r"mail from", r"subject", r"date", r"sent", r"original sender",
    r"in-reply-to",
    r"references", r"x-[\w-]{1,40}", r"received", r"reporting-mta", r"list-[\w-]{1,30}",
)  # fmt: skip
# Whom a reader of the notice may turn to.
HELPERS = (
    r"postmaster", r"mailer-?daemon", r"abuse", r"root", r"support", r"help", r"helpdesk",
    r"hostmaster", r"admin", r"noc",
)  # fmt: skip
ASIDES = (
    r"contact", r"questions?", r"help", r"assistance", r"send (?:mail|email|a message) to",
    r"mail us", r"report (?:it )?to", r"forward",
    r"\bfrom[\s:<]{0,3}\Z",
)  # fmt: skip

# Where a notice without parts ends and the returned mail begins. Each at the start of its line, as
# the same words announce the returned mail further up ("a copy is attached below").
RETURNED = (
    r"(?:below|after) (?:this|the next) line is a copy",
    r"(?:this|below|enclosed|following|here) is (?:a|the) copy",
    r"(?:\w{3,4} )?original (?:message|mail)\b.{0,30}(?:attached|below|follow|header|info|:|--|$)",
    r"(?:here is )?(?:your )?returned (?:message|mail)\b.{0,30}(?:follow|below|--|$)",
    r"start of returned message", r"unsent message (?:follows|below)",
    r"no message was collected",
    r"message (?:header|text)s?\b.{0,20}follow",
    r"a copy of (?:the|your) (?:original )?message (?:below|follows)",
    r"the (?:header|headers|first \d+ lines) of (?:the|your) (?:original )?(?:message|mail)",
    r"included is a copy of the message header", r"header of the original message",
    r"the attachment contains the original mail headers", r"the body of the message is \d",
    r"your message reads", r"old message:", r"forwarded message", r"---- ?original message",
    r"mensaje original adjunto", r"intestazioni originali", r"ursprungshuvuden",
    r".{0,6}t.{0,3}tes de message d'origine",
    r"content-type: ?(?:message/rfc822|text/rfc822-headers)",
    r"received: ", r"return-path: ?<", r"x-received: ",
)  # fmt: skip

AUTOMATIC_SUBJECTS = (
    # English
    r"auto(?:matic(?:ally)?)?[ -]?(?:re(?:ply|sponse|ponse)|generated|answer)?\b ?:",
    r"auto(?:matic)?.?re(?:ply|spon)", r"out of (?:the )?office",
    r"away from (?:the |my )?office",
    r"on vacation", r"vacation (?:auto|message|notice|reply)", r"on holiday", r"i am away",
    # German, Dutch, Swedish, Danish and Norwegian
    r"abwesen", r"automatische antwort", r"afwezig", r"automatisch antwoord", r"frånvaro",
    r"autosvar", r"automatisk svar",
    # French, Italian, Spanish and Portuguese
    r"réponse automatique", r"absen(?:ce|t) du bureau", r"respuesta autom",
    r"fuera de (?:la )?oficina", r"risposta automatica", r"fuori (?:sede|ufficio)",
    r"resposta autom", r"fora do escrit",
    # Russian, Polish, Japanese and Chinese
    r"автоответ", r"odpowiedź automatyczn", r"poza biurem", r"自動応答", r"自動返信", r"不在",
    r"自动回复", r"自動回覆",
)  # fmt: skip


def one_of(fragments: tuple[str, ...], before: str = "", after: str = "") -> re.Pattern[str]:
    """Return a pattern for any of the fragments, on any line, regardless of case."""
    pattern = f"{before}(?:{'|'.join(fragments)}){after}"
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
