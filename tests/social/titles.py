# ruff: noqa: RUF001 - every script has signs that look like another's
"""Headlines in twelve languages and their scripts, short and endless, with what editors paste."""

import random

_WORDS = {
    "en": "Harbour council ferry bridge vote delayed after storm warning night-shift Ms. O'Neill",
    "de": "Hafenbehördenvorsitzender Brückensperrung Straßenbahnlinie fährt übermorgen früher",
    "fr": "L’école gratuite à midi : « c’est promis », déclare la maire d’Évry-sur-Seine enfin",
    "nl": "Nachtboot vaart weer vanaf ’s-Gravenzande, zegt burgemeester Ten Brinke-van ’t Hof",
    "es": "¿Por qué subió el alquiler? Mañana votan señoras y señores del ayuntamiento ¡por fin!",
    "ru": "Ночной паром возвращается: объявление властей Санкт-Петербурга о подорожании проезда",
    "ar": "عودة العبّارة الليلية إلى الميناء بعد أحد عشر عامًا من الانقطاع قريبًا",
    "he": "מעבורת הלילה חוזרת אחרי אחת־עשרה שנים של הפסקה בנמל הישן",
    "hi": "रात्रि नौका क्षेत्र में ग्यारह वर्षों के पश्चात् फिर से शुरू हुई सेवा",
    "th": "เรือข้ามฟากกลางคืนกลับมาให้บริการอีกครั้งหลังจากหยุดไปสิบเอ็ดปี",
    "zh": "十一年後夜間渡輪重新啟航，港務局宣布票價維持不變，市民歡迎",
    "ja": "夜行フェリーが十一年ぶりに運航を再開すると港湾局が発表した。",
}
# What stands in a headline beside its words.
_PASTED = (
    *(
        "👨‍👩‍👧‍👦",
        "👍🏽",
        "🇳🇱🇺🇦",
        "1️⃣",
        "❤️",
        "e\u0301\u0327",
        "각",
        "क्ष्मी",
        "https://ferry.com/a?b=c",
    ),
    *("@harbour_board", "@board@harbour.example", "#NightFerry", "$PORT", "example.com", "—", "…"),
)
LANGUAGES = tuple(_WORDS)


def title(number: int) -> tuple[str, str]:
    """Return a language and a headline in it, the same for the same number."""
    dice = random.Random(number)  # noqa: S311 - nobody has to guess
    language = LANGUAGES[number % len(LANGUAGES)]
    words = _WORDS[language].split()
    # A word of these is a sentence.
    most = 4 if len(words) == 1 else 60
    count = min(most, dice.choice((1, 4, 8, 20, 60)))
    chosen = [dice.choice(words) for _ in range(count)]
    for _ in range(dice.randrange(4)):
        # Before the end: there links and hashtags stay, and what is before them gives way.
        chosen.insert(dice.randrange(len(chosen)), dice.choice(_PASTED))
    glue = "" if language in ("zh", "ja", "th") and dice.random() < 0.5 else " "
    return language, glue.join(chosen)
