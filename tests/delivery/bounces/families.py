"""Notices of failure, written by us in the shapes that fifty programs give them."""

# ruff: noqa: E101, E501 - indented and long as the programs write them

from typing import NamedTuple


class Notice(NamedTuple):
    """A notice, and what it says of each recipient: address, group, permanent, hard."""

    program: str
    headers: str
    body: str
    says: list[tuple[str, str, bool, bool]]


NOTICES = [
    Notice(
        "activehunter",
        'From: "MAILER-DAEMON" <MAILER-DAEMON@hub.example>\n'
        "Subject: FAILURE NOTICE :\n"
        "X-AHMAILID: 1",
        """\
  ----- The following addresses had permanent fatal errors -----

>>> ada@reader.example <ada@reader.example>

  ----- Transcript of session follows -----
550 sorry, no mailbox here by that name (#5.1.1 - chkusr)
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "james",
        "From: postmaster@hub.example\nSubject: [BOUNCE]",
        """\
Hi. This is the James mail server at hub.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

Error message below:
550 - Requested action not taken: no such user here

Message details:
  Subject: Edition
  Sent date: Thu Apr 29 01:20:50 JST 2015
  MAIL FROM: news@our.example
  RCPT TO: ada@reader.example
  From: News <news@our.example>
  To: ada@reader.example
  Size (in bytes): 1024
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "biglobe",
        "From: postmaster@biglobe.ne.jp\nSubject: Returned mail: user unknown",
        """\
   ----- The following addresses had delivery problems -----
ada@reader.example

   ----- Non-delivered information -----
The number of messages in recipient's mailbox exceeded the local limit.
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "smail",
        "From: Mail Delivery System <Mailer-Daemon@t-online.example>\n"
        "Subject: mail failed, returning to sender",
        """\
|------------------------- Message log follows: -------------------------|
 no valid recipients were found for this message
|------------------------- Failed addresses follow: ---------------------|
 <ada@reader.example>
   552 5.2.2 <ada@reader.example> Quota exceeded (mailbox for user is full)

|------------------------- Message header follows: ----------------------|
Received: from our.example
From: news@our.example
To: ada@reader.example
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "smail2",
        "From: Mail Delivery System <Mailer-Daemon@t-online.example>\n"
        "Subject: mail failed, returning to sender",
        """\
|------------------------- Failed addresses follow: ---------------------|
 ada@reader.example ... unknown host
|------------------------- Message text follows: ------------------------|
Received: from our.example
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "domino",
        "From: Postmaster@hub.example\n"
        "Subject: DELIVERY FAILURE: User ada (ada@reader.example) not listed in Domino Directory",
        """\
Your message

  Subject: Edition

was not delivered to:

  ada@reader.example

because:

  User ada (ada@reader.example) not listed in Domino Directory
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "exchange2003",
        "From: System Administrator <postmaster@hub.example>\n"
        "Subject: Undeliverable: Edition\n"
        "X-Mailer: Internet Mail Service (5.5.2653.19)",
        """\
Your message

  To:      ada@reader.example
  Subject: Edition
  Sent:    Mon, 1 Jan 2024 18:14:35 +0000

did not reach the following recipient(s):

c=US;a= ;p=hub;o=readers;dda:SMTP=ADA@READER.EXAMPLE; on Mon, 1 Jan 2024 16:51:51 -0500
    The recipient name is not recognized
    The MTS-ID of the original message is: c=de;a= ;p=hub
;l=POST0102030405
    MSEXCH:IMS:HUB:MAIL:POST 0 (000C05A6) Unknown Recipient
ben@reader.example on 4/29/99 9:19:59 AM
    The recipient name is not recognized
    MSEXCH:IMS:HUB:MAIL:POST 0 (000C05A6) Unknown Recipient
""",
        [
            ("ADA@READER.EXAMPLE", "invalid", True, True),
            ("ben@reader.example", "invalid", True, True),
        ],
    ),
    Notice(
        "exchange2007 text",
        "From: postmaster@hub.example\nSubject: Undeliverable: Edition\nContent-Language: en-US",
        """\
Delivery has failed to these recipients or distribution lists:

ada@reader.example
The recipient's e-mail address was not found in the recipient's e-mail system.

Diagnostic information for administrators:

Generating server: mta2.hub.example

ada@reader.example
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##

Original message headers:

Received: from x
From: news@our.example
Message-ID: <m1@our.example>
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "exim",
        "From: Mail Delivery System <Mailer-Daemon@hub.example>\n"
        "Subject: Mail delivery failed: returning message to sender",
        """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@reader.example
    SMTP error from remote mail server after RCPT TO:<ada@reader.example>:
    host mx.reader.example [192.0.2.2]: 550 5.1.1 <ada@reader.example>... User Unknown
  ben@reader.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Return-path: <news@our.example>
From: news@our.example
Message-ID: <m1@our.example>
""",
        [
            ("ada@reader.example", "invalid", True, True),
            ("ben@reader.example", "invalid", True, True),
        ],
    ),
    Notice(
        "exim undisclosed",
        "From: Mail Delivery System <Mailer-Daemon@hub.example>\n"
        "Subject: Mail delivery failed: returning message to sender",
        """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  an undisclosed address
    (generated from ada@reader.example)
    mailbox is full

------ This is a copy of the message, including all the headers. ------
From: news@our.example
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "exim delay",
        "From: Mail Delivery System <Mailer-Daemon@hub.example>\n"
        "Subject: Warning: message 1AbcDE-000123-45 delayed 24 hours",
        """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on hub.example.

The message identifier is:     1AbcDE-000123-45
The subject of the message is: Edition

The address to which the message has not yet been delivered is:

  ada@reader.example
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated at intervals if the message
remains undelivered. Eventually the mail delivery software will give up.
""",
        [("ada@reader.example", "transient", False, False)],
    ),
    Notice(
        "exim frozen",
        "From: Mail Delivery System <Mailer-Daemon@hub.example>\nSubject: Message frozen",
        """\
Message 1AbcDE-000123-45 has been frozen (delivery error message).
The sender is <>.

The following address(es) have yet to be delivered:

  ada@reader.example: forced freeze
""",
        [("ada@reader.example", "transient", False, False)],
    ),
    Notice(
        "ezweb",
        "From: <Postmaster@ezweb.ne.jp>\nSubject: Mail System Error - Returned Mail",
        """\
The user(s) account is disabled.

<ada@ezweb.ne.jp>: 550 user unknown (in reply to RCPT TO command)
""",
        [("ada@ezweb.ne.jp", "inactive", True, False)],
    ),
    Notice(
        "ezweb2",
        "From: <Postmaster@ezweb.ne.jp>\nSubject: Mail System Error - Returned Mail",
        """\
Each of the following recipients was rejected by a remote
mail server.

   Recipient: <ada@ezweb.ne.jp>
   >>> RCPT TO:<ada@ezweb.ne.jp>
   <<< 550 <ada@ezweb.ne.jp>: User unknown
""",
        [("ada@ezweb.ne.jp", "invalid", True, True)],
    ),
    Notice(
        "ezweb3",
        "From: <Postmaster@ezweb.ne.jp>\nSubject: Mail System Error - Returned Mail",
        """\
Your message was not delivered within 0 days and 1 hours.
Remote host is not responding.

The following recipients did not receive this message:

   <ada@reader.example>
""",
        [("ada@reader.example", "transient", True, False)],
    ),
    Notice(
        "gmx",
        "From: GMX Mailer Daemon <mailer-daemon@gmx.example>\n"
        "Subject: Mail delivery failed: returning message to sender\n"
        "X-GMX-Antispam: 0",
        """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"ada@reader.example":
SMTP error from remote server after RCPT command:
host: mx.reader.example
5.1.1 <ada@reader.example>... User Unknown


--- The header of the original message is following. ---

Received: from our
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "gmx2",
        "From: GMX Mailer Daemon <mailer-daemon@gmx.example>\n"
        "Subject: Mail delivery failed: returning message to sender",
        """\
This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of
its recipients. The following addresses failed:

  <ada@reader.example>

Reason:
delivery retry timeout exceeded

--- The header of the original message is following. ---
""",
        [("ada@reader.example", "transient", False, False)],
    ),
    Notice(
        "imail",
        'From: "Postmaster" <postmaster@hub.example>\nSubject: Undeliverable Mail',
        """\
Unknown user: ada@reader.example


Original message follows.

Received: from x
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "imail2",
        'From: "Postmaster" <postmaster@hub.example>\n'
        "Subject: Undeliverable Mail\n"
        "X-Mailer: <SMTP32 v8.22>",
        """\
Delivery failed 20 attempts: ada@reader.example


Original message follows.

Received: from x
""",
        [("ada@reader.example", "transient", True, False)],
    ),
    Notice(
        "imail3",
        'From: "Postmaster" <postmaster@hub.example>\nSubject: Undeliverable Mail',
        """\
undeliverable to ada@reader.example
Body of message generated response:
550 Requested action not taken: virus detected

Original message follows.

Received: from x
""",
        [("ada@reader.example", "policy", True, False)],
    ),
    Notice(
        "interscan",
        'From: "InterScan Notification" <notification@hub.example>\n'
        "Subject: Mail could not be delivered",
        """\
Content-Transfer-Encoding: 7bit

****** Message from InterScan Messaging Security Suite ******

Sent <<< RCPT TO:<ada@reader.example>
Received >>> 550 5.1.1 <ada@reader.example>... user unknown

Unable to deliver message to <ada@reader.example>.

************************     End of message     **********************
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "kddi",
        "From: no-reply@app.auone-net.jp\nSubject: Mail System Error",
        """\
Your mail sent on: Mon, 1 Jan 2024 11:04:47 +0900
    Could not be delivered to: <ada@reader.example>
    As their mailbox is full.
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "kddi2",
        "From: no-reply@app.auone-net.jp\nSubject: Mail System Error",
        """\
Your mail sent on: Mon, 1 Jan 2024 11:04:47 +0900
    Could not be delivered to: <ada@reader.example>
    Due to the following SMTP relay error.
    >>> RCPT TO:<ada@reader.example>
    <<< 550 <ada@reader.example>: User unknown
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "mailfoundry",
        "From: MAILER-DAEMON@hub.example\nSubject: Message delivery has failed",
        """\
This is a MIME encapsulated message

Unable to deliver message to: <ada@reader.example>
Delivery failed for the following reason:
Server mx22.example.org[192.0.2.222] failed with: 550 <ada@reader.example> No such user here

This has been a permanent failure.  No further delivery attempts will be made.
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "mailmarshal",
        'From: postmaster@hub.example\nSubject: Undeliverable Mail: "Edition"',
        """\
Your message:
   From:    news@our.example
   Subject: Edition

Could not be delivered because of

550 5.1.1 User unknown

The following recipients were affected:
    ada@reader.example
    ben@reader.example

Additional Information
======================
Original Sender:    <news@our.example>
Sender-MTA:         <192.0.2.1>
Remote-MTA:         <192.0.2.2>
Reporting-MTA:      <relay.hub.example>
""",
        [
            ("ada@reader.example", "invalid", True, True),
            ("ben@reader.example", "invalid", True, True),
        ],
    ),
    Notice(
        "mfilter",
        "From: <>\n"
        "Subject: failure notice\n"
        "X-Mailer: m-FILTER\n"
        "Content-Type: text/plain; charset=utf-8",
        """\
このメールは「m-FILTER」が自動的に生成して送信しています。
このメールは送信できませんでした。

以下のメールアドレスへの送信に失敗しました。
ada@reader.example


-------server message
550 5.1.1 unknown user <ada@reader.example>

-------SMTP command
DATA

-------original message
From: news@our.example
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "notes",
        "From: Mailer@notes.example\nSubject: Undeliverable message",
        """\
------- Failure Reasons  --------

User not listed in public Name & Address Book
ada@reader.example

------- Returned Message --------
Received: from x
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "opensmtpd",
        "From: Mailer Daemon <MAILER-DAEMON@hub.example>\n"
        "Subject: Delivery status notification: error",
        """\
    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ada@reader.example: 550 5.2.2 <ada@reader.example>... Mailbox Full

    Below is a copy of the original message:

Received: from x
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "qmail",
        "From: MAILER-DAEMON@hub.example\nSubject: failure notice",
        """\
Hi. This is the qmail-send program at hub.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@reader.example>:
192.0.2.153 does not like recipient.
Remote host said: 550 5.1.1 <ada@reader.example>... User Unknown
Giving up on 192.0.2.153.

<ben@reader.example>:
Sorry, I couldn't find any host named reader.example. (#5.1.2)

--- Below this line is a copy of the message.

Return-Path: <news@our.example>
Message-ID: <m1@our.example>
""",
        [
            ("ada@reader.example", "invalid", True, True),
            ("ben@reader.example", "invalid", True, True),
        ],
    ),
    Notice(
        "qmail temp",
        "From: MAILER-DAEMON@hub.example\nSubject: failure notice",
        """\
Hi. This is the qmail-send program at hub.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@reader.example>:
Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
I'm not going to try again; this message has been in the queue too long.

--- Below this line is a copy of the message.
""",
        [("ada@reader.example", "transient", False, False)],
    ),
    Notice(
        "sendmail text",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@hub.example>\n"
        "Subject: Returned mail: Host unknown",
        """\
The original message was received at Mon, 1 Jan 2024 23:34:45 +0900
from localhost

   ----- The following addresses had permanent fatal errors -----
<ada@reader.example>

   ----- Transcript of session follows -----
550 <ada@reader.example>... Host unknown (Name server: reader.example: host not found)

   ----- Original message follows -----
Received: from x
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "v5sendmail",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@hub.example>\n"
        "Subject: Returned mail: User unknown",
        """\
   ----- Transcript of session follows -----
While talking to smtp.reader.example:
>>> RCPT To:<ada@reader.example>
<<< 550 <ada@reader.example>, User Unknown
550 <ada@reader.example>... User unknown

   ----- Unsent message follows -----
Received: from x
To: ada@reader.example
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "verizon",
        "From: post_master@vtext.com\nSubject: Undelivered Mail Returned to Sender",
        """\
Error: 550 - Requested action not taken: no such user here

Message details:
  Subject: Edition
  Sent date: Wed Apr 29 23:34:45 GMT 2013
  MAIL FROM: news@our.example
  RCPT TO: 0000@vtext.com
  From: news@our.example
""",
        [("0000@vtext.com", "invalid", True, True)],
    ),
    Notice(
        "x1",
        'From: "Mail Deliver System" <MAILER-DAEMON@hub.example>\n'
        "Subject: Returned Mail: User unknown",
        """\
The original message was received at Mon, 1 Jan 2024 23:34:45 +0900 (JST)
from news@our.example

---The following addresses had delivery errors---

ada@reader.example [User unknown]

Received: from x
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "x2",
        "From: MAILER-DAEMON@yahoo.example\nSubject: Delivery failure",
        """\
Message from reader.example.
Unable to deliver message to the following address(es).

<ada@reader.example>:
This user doesn't have a reader.example account (ada@reader.example) [0]

--- Original message follows.

Return-Path: <news@our.example>
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "x3",
        "From: Mail Delivery System <postmaster@hub.example>\n"
        "Subject: Delivery status notification",
        """\
============================================================================
      This is an automatically generated Delivery Status Notification.

Delivery to the following recipients failed permanently:

  * ada@reader.example


============================================================================
                             Technical details:

SMTP:RCPT host 192.0.2.8: 553 5.3.0 <ada@reader.example>... No such user here


============================================================================
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "x3b",
        "From: Mail Delivery System <postmaster@hub.example>\n"
        "Subject: Delivery status notification",
        """\
Delivery to the following recipients failed permanently:

  * ada@reader.example

                             Technical details:

Routing: Could not find a gateway for ada@reader.example
""",
        [("ada@reader.example", "transient", True, False)],
    ),
    Notice(
        "x4",
        "From: MAILER-DAEMON@hub.example\nSubject: failure notice",
        """\
This is the mail delivery agent at hub.example.
I was not able to deliver your message to the following addresses.

<ada@reader.example>:
192.0.2.222 does not like recipient.
Remote host said: 550 5.1.1 <ada@reader.example>... User Unknown

--- Below this line is a copy of the message.
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "x6",
        'From: "Mail Server" <postmaster@hub.example>\n'
        "Subject: There was an error sending your mail",
        """\
We had trouble delivering your message. Full details follow:

Subject: 'Edition'
Date: 'Mon, 1 Jan 2024 23:34:45 +0000'

1 error(s):

SMTP Server <mta2.reader.example> rejected recipient <ada@reader.example> (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]

The attachment contains the original mail headers
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "x6b",
        'From: "Mail Server" <postmaster@hub.example>\n'
        "Subject: There was an error sending your mail",
        """\
We had trouble delivering your message. Full details follow:
The following recipients returned permanent errors: ada@reader.example.
""",
        [("ada@reader.example", "unknown", True, False)],
    ),
    Notice(
        "zoho",
        "From: mailer-daemon@mail.zoho.com\nSubject: Undelivered Mail Returned to Sender",
        """\
This message was created automatically by mail delivery software.
 A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

[Status: Error, Address: <ada@reader.example>, ResponseCode 421, , Host not reachable.]

Received:from x
""",
        [("ada@reader.example", "transient", False, False)],
    ),
    Notice(
        "yahoo",
        "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice",
        """\
Sorry, we were unable to deliver your message to the following address.

<ada@reader.example>:
Remote host said: 550 5.1.1 <ada@reader.example>... User Unknown [RCPT_TO]

--- Below this line is a copy of the message.
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "courier",
        'From: "Courier mail server at hub.example" <>\nSubject: NOTICE: mail delivery status.',
        """\
This is a delivery status notification from hub.example,
running the Courier mail server, version 0.65.2.

The original message was received on Mon, 1 Jan 2024 12:19:57 +0900
from [127.0.0.1] (our.example [192.0.2.20])

---------------------------------------------------------------------------

                          UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<ada@reader.example>:
   mx.reader.example [192.0.2.25]:
>>> RCPT TO:<ada@reader.example>
<<< 550 5.1.1 <ada@reader.example>... User Unknown

---------------------------------------------------------------------------
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "surfcontrol",
        "From: Mail Administrator <postmaster@hub.example>\n"
        "Subject: Message could not be delivered\n"
        "X-Mailer: SurfControl E-mail Filter",
        """\
Your message could not be sent.
A transcript of the attempts to send the message follows.
The number of attempts made: 1
Addressed To: ada@reader.example

Mon, 1 Jan 2024 23:34:45 +0900
Failed to send to identified host,
ada@reader.example: [192.0.2.5], 550 ada@reader.example... No such user
--- Message non-deliverable.
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "mxlogic",
        "From: Mail Delivery System <mailer-daemon@mxlogic.example>\n"
        "Subject: Mail delivery failed: returning message to sender",
        """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address failed:

  <ada@reader.example>: 550 5.1.1 <ada@reader.example>... User Unknown

Included is a copy of the message header:
-----------------------------------------
Received: from x
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "bigfoot",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@bigfoot.example>\n"
        "Subject: Returned mail: User unknown",
        """\
The original message was received at Mon, 1 Jan 2024
from [127.0.0.1]

   ----- The following addresses had permanent fatal errors -----
<destaddr@reader.example>

   ----- Transcript of session follows -----
>>> RCPT TO:<destaddr@reader.example>
<<< 553 Invalid recipient destaddr@reader.example (Mode: normal)
""",
        [("destaddr@reader.example", "invalid", True, True)],
    ),
    Notice(
        "messagelabs",
        "From: MAILER-DAEMON@messagelabs.com\nSubject: Mail Delivery Failure",
        """\
This is the mail delivery agent at messagelabs.com.
I was unable to deliver your message to the following addresses:

ada@reader.example

Reason: 550 5.2.1 <ada@reader.example>... User Unknown

The message subject was: Edition
The message date was: Mon, 1 Jan 2024 00:00:00 +0000
The message identifier was: AB/1F-00001-00000001
The message reference was: server-1.tower-2.messagelabs.com!3
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "gmail",
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
        "Subject: Delivery Status Notification (Delay)",
        """\
This is an automatically generated Delivery Status Notification

THIS IS A WARNING MESSAGE ONLY.

YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Delivery to the following recipient has been delayed:

     ada@reader.example

Message will be retried for 2 more day(s)

Technical details of temporary failure:
Google tried to deliver your message, but it was rejected by the recipient domain. We recommend contacting the other email provider for further information about the cause of this error. The error that the other server returned was: 450 450 4.2.2 <ada@reader.example>... Mailbox Full (state 14).

----- Original message -----
""",
        [("ada@reader.example", "full", False, False)],
    ),
    Notice(
        "gmail2",
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
        "Subject: Delivery Status Notification (Failure)",
        """\
Delivery to the following recipient failed permanently:

     ada@reader.example

Technical details of permanent failure:
DNS Error: Domain name not found

----- Original message -----
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "office365 html",
        "From: Microsoft Outlook <postmaster@hub.example>\n"
        "Subject: Undeliverable: Edition\n"
        "Content-Type: text/html",
        """\
<html><body><p><b>Delivery has failed to these recipients or groups:</b></p>
<p><a href="mailto:ada@reader.example">ada@reader.example</a><br>
The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.</p>
<p>Diagnostic information for administrators:</p>
<p>Generating server: X.prod.outlook.com</p>
<p>ada@reader.example<br>
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'</p>
<p>Original message headers:</p><pre>From: news@our.example
Message-ID: &lt;m1@our.example&gt;</pre></body></html>
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "dovecot lda",
        "From: Mail Delivery Subsystem <postmaster@hub.example>\nSubject: Rejected: Edition",
        """\
Your message to <ada@reader.example> was automatically rejected:
Quota exceeded (mailbox for user is full)
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "vpopmail",
        "From: MAILER-DAEMON@hub.example\nSubject: failure notice",
        """\
Hi. This is the qmail-send program at hub.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@reader.example>:
vdelivermail: user is over quota

--- Below this line is a copy of the message.
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "caiwireless",
        "From: postmaster@hub.example\nSubject: Error\nContent-Type: text/plain",
        """\
The following message
to <ada@reader.example>
could not be delivered: mailbox disabled
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "sina",
        "From: mailer-daemon@sina.com\nSubject: failure notice",
        """\
Error: ada@reader.example: user not found
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "mdaemon",
        "From: MDaemon@hub.example\nSubject: Permanent Delivery Failure",
        """\
The attached message had PERMANENT fatal delivery errors!

The following addresses did NOT receive a copy of your message:

> ada@reader.example

--- Session Transcript ---
 Sat 2004-09-04 15:41:24: --> RCPT To:<ada@reader.example>
 Sat 2004-09-04 15:41:25: <-- 550 5.1.1 unknown user
--- End Transcript ---
""",
        [("ada@reader.example", "invalid", True, True)],
    ),
    Notice(
        "earthlink",
        "From: Mail Delivery System <MAILER-DAEMON@earthlink.example>\nSubject: Undeliverable mail",
        """\
Sorry, unable to deliver your message to ada@reader.example for the following reason:

552 Quota violation for ada@reader.example

A copy of the original message below this line:

From x
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "lsmtp",
        "From: postmaster@hub.example\nSubject: Undelivered mail",
        """\
The enclosed message, found in the mailbox of hub, could not be delivered.
--> Error description:
Error-for:  ada@reader.example
Error-Code: 3
Error-Text: No such local user.

Error-End: one error reported.
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "novell",
        "From: postmaster@hub.example\nSubject: Message status - undeliverable",
        """\
The message that you sent was undeliverable to the following:
	ada@reader.example (user not found)

Possibly truncated original message follows:

Received: from x
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "spanish qmail",
        "From: postmaster@hub.example\nSubject: failure notice",
        """\
Su mensaje no pudo ser entregado.
Your message could not be delivered.

<ada@reader.example>:
No existe dicha persona en el servidor.

--- Mensaje original adjunto.
""",
        [("ada@reader.example", "inactive", True, False)],
    ),
    Notice(
        "postfix text",
        "From: MAILER-DAEMON@hub.example (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender",
        """\
This is the Postfix program at host hub.example.

I'm sorry to have to inform you that your message could not be
delivered to one or more recipients. It's attached below.

For further assistance, please send mail to <postmaster>

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

			The Postfix program

<ada@reader.example>: host mx.reader.example[1.2.3.4] said: 550 5.1.1
    <ada@reader.example>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)

<ben@reader.example>: mail for reader.example loops back to myself
""",
        [
            ("ada@reader.example", "invalid", True, True),
            ("ben@reader.example", "transient", True, False),
        ],
    ),
    Notice(
        "listserv",
        "From: sympa@lists.example\nSubject: Message rejected: not member",
        """\
You are not allowed to post to this mailing list <list@lists.example>.
""",
        [("list@lists.example", "policy", True, False)],
    ),
    Notice(
        "aol block",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@aol.com>\nSubject: Mail Delivery Problem",
        """\
Your mail to the following recipients could not be delivered because they are not accepting mail from news@our.example:
	someone
""",
        [("someone@aol.com", "policy", True, False)],
    ),
    Notice(
        "compuserve",
        "From: CompuServe Postmaster <postmaster@compuserve.com>\nSubject: Undeliverable Message",
        """\
Receiver not found: someone


Your message could not be delivered as addressed.

--- Returned Message ---
""",
        [("someone@compuserve.com", "invalid", True, True)],
    ),
    Notice(
        "groupwise",
        "From: Postmaster@hub.example\n"
        "Subject: Message status - undeliverable\n"
        "Content-Type: multipart/mixed; boundary=b",
        """\
--b
Content-Type: text/plain

The message that you sent was undeliverable to the following:
	 ada@reader.example (Mailbox is full)
--b--
""",
        [("ada@reader.example", "full", True, False)],
    ),
    Notice(
        "yandex",
        "From: mailer-daemon@yandex.ru\nSubject: Undelivered Mail Returned to Sender",
        """\
This is the mail system at host yandex.ru.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<ada@reader.example>: host mx.reader.example[192.0.2.1] said: 550 5.7.1 Message rejected under suspicion of SPAM (in reply to end of DATA command)
""",
        [("ada@reader.example", "policy", True, False)],
    ),
]
