using CsCheck;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class ReplyRulesTests
{
    private static readonly ReplyMask Ours = new("jane@target.example", "probe@egress.example", "mail.egress.example", "192.0.2.7");

    private static readonly string[] AboutUs =
    [
        "Your IP 192.0.2.7 is blocked", "listed at zen.spamhaus.org", "no PTR record", "client host rejected", "poor reputation", "SPF check failed", "HELO name rejected",
        "your server is blacklisted", "you must use TLS", "DMARC policy of your domain", "directory harvest attack",
    ];

    private static readonly string[] AboutTheMailbox =
    [
        "user unknown", "no such mailbox", "The recipient does not exist", "mailbox unavailable", "invalid recipient", "account not found", "mailbox full", "account disabled", "Empfänger unbekannt",
    ];

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.String,
        Gen.OneOf([.. AboutUs, .. AboutTheMailbox, "relay", "quota", "try again in 5 minutes", "greylisted", "<a@b.example>", "https://x.example/blocked", "\n", ". ", "5.1.1", "550-", "spam"]));

    private static readonly Gen<string> Text = Words.Array[0, 12].Select(parts => string.Join(' ', parts));

    private static readonly Gen<SmtpStage> Stage = Gen.OneOf(Enum.GetValues<SmtpStage>());

    private static readonly Gen<EnhancedCode?> Enhanced = Gen.OneOf(Gen.Const((EnhancedCode?)null), Gen.Select(Gen.Int[4, 5], Gen.Int[0, 7], Gen.Int[0, 30], (a, b, c) => (EnhancedCode?)new EnhancedCode(a, b, c)));

    [Fact]
    public void Read_WhateverTheReply_HasAnAnswer() =>
        Gen.Select(Gen.Int[-5, 1000], Enhanced, Text, Stage, Gen.OneOf<string?>(null, "", ".", "gmail-smtp-in.l.google.com", "mx.yandex.ru.", new string('.', 500))).Sample((code, enhanced, text, stage, mx) =>
            ReplyRules.Default.Read(new ReplyContext(stage, new SmtpReply(code, enhanced, text), mx, Ours)).Rule.Length > 0);

    [Fact]
    public void Read_Refusal_NeverMeansThatTheMailboxExists() =>
        Gen.Select(Gen.Int[300, 700], Enhanced, Text, Stage).Sample((code, enhanced, text, stage) =>
            Read(code, text, stage, enhanced).Meaning is not ReplyMeaning.MailboxExists);

    [Fact]
    public void Read_Success_IsNeverARefusal() =>
        Gen.Select(Gen.Int[200, 299], Text, Stage).Sample((code, text, stage) =>
            Read(code, text, stage).Meaning is ReplyMeaning.MailboxExists or ReplyMeaning.Other);

    [Fact]
    public void Read_BeforeRcpt_IsNeverAboutTheMailbox() =>
        Gen.Select(Gen.Int[200, 599], Enhanced, Text, Gen.OneOf(SmtpStage.Connect, SmtpStage.Ehlo, SmtpStage.Starttls, SmtpStage.Mail)).Sample((code, enhanced, text, stage) =>
            Read(code, text, stage, enhanced).Meaning.About() is not (ReplySubject.Mailbox or ReplySubject.Address or ReplySubject.Message));

    [Fact]
    public void Read_WordsAboutUs_NeverMeanThatTheMailboxDoesNotExist() =>
        Gen.Select(Gen.Int[400, 599], Enhanced, Gen.OneOf(AboutUs), Gen.OneOf(AboutTheMailbox), Gen.OneOf(". ", "; ", "\n", ", "), Gen.Bool).Sample((code, enhanced, us, mailbox, between, first) =>
            Read(code, first ? us + between + mailbox : mailbox + between + us, SmtpStage.Rcpt, enhanced).Meaning is not ReplyMeaning.NoSuchMailbox);

    [Fact]
    public void Read_OurOwnAddress_IsNotTheServersWords() =>
        Gen.Select(Gen.OneOf("spam", "full", "quota", "greylisted", "unknown", "no.such.user", "blocked", "sender", "relay", "disabled"), Gen.OneOf("unknown.example", "spamhaus.org", "full.de", "blocked.club"), Gen.OneOf("{0} gives nothing", "<{0}>: not today", "<{0}>: user unknown", "mailbox {0} is full", "{0} relay access denied"), Gen.OneOf(450, 550))
            .Sample((local, domain, text, code) =>
                ReadAbout($"{local}@{domain}", text, code).Equals(ReadAbout("jane@target.example", text, code)));

    [Theory]
    [InlineData("L'utilisateur n'existe pas", "l utilisateur n existe pas")]
    [InlineData("dell\u2019utente non c'\u00E8", "dell utente non c e")]
    [InlineData("We're O'Brien's users", "were obriens users")]
    [InlineData("I'm: 'quoted' o'er", "im quoted oer")]
    public void OfPhrase_AnApostrophe_PartsWordsWhereALanguageElides(string text, string words) => Assert.Equal(words, ReplyWords.OfPhrase(text));

    [Theory]
    [InlineData("<jane@target.example>: blocked by filter.example", "policy_blocked")]
    [InlineData("See https://example.org/user-unknown?blocked=spam", "other")]
    [InlineData("Ask postmaster@full-mailbox.example", "other")]
    public void Read_NamesOfOthers_AreNotTheServersWords(string text, string meaning) =>
        Assert.Equal(meaning, EmailVerify.Core.Words.Of(Read(550, text).Meaning));

    [Theory]
    [InlineData("The mailbox you tried to reach was not found", "no_such_mailbox")]
    [InlineData("The recipient's e-mail address was not found in the recipient's system", "no_such_mailbox")]
    [InlineData("O destinatário não foi encontrado neste domínio", "no_such_mailbox")]
    [InlineData("Mail server at your end is unknown to our users", "other")]
    [InlineData("Address of the caller not valid", "other")]
    [InlineData("Invalid path for user, check your configuration", "other")]
    [InlineData("Traffic from botnets has no recipient here", "other")]
    public void Read_APredicate_IsTheMailboxsOnlyWhereNothingElseStandsBetween(string text, string meaning) =>
        Assert.Equal(meaning, EmailVerify.Core.Words.Of(Read(550, text).Meaning));

    [Theory]
    [InlineData(450, "4.2.0", "<jane@target.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/", ReplyMeaning.Greylisted)]
    [InlineData(554, "5.7.1", "Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org", ReplyMeaning.PolicyBlocked)]
    [InlineData(554, "5.7.1", "<probe@egress.example>: Sender address rejected: Access denied", ReplyMeaning.SenderRejected)]
    [InlineData(452, "4.3.1", "Insufficient system storage", ReplyMeaning.TemporaryFailure)]
    [InlineData(550, "5.7.1", "Access denied, spam", ReplyMeaning.PolicyBlocked)]
    [InlineData(550, null, "Sender domain does not exist", ReplyMeaning.SenderRejected)]
    [InlineData(550, null, "Usuario desconocido", ReplyMeaning.NoSuchMailbox)]
    public void Read_WhatOtherVerifiersMistake_IsUnderstood(int code, string? enhanced, string text, ReplyMeaning meaning) =>
        Assert.Equal(meaning, Read(code, text, SmtpStage.Rcpt, enhanced is not null && EnhancedCode.TryParse(enhanced, out var parsed, out _) ? parsed : null).Meaning);

    [Theory]
    [InlineData("<probe@egress.example>: Sender address rejected: User unknown in local recipient table", ReplyMeaning.SenderRejected)]
    [InlineData("sender verify failed for <probe@egress.example>", ReplyMeaning.SenderRejected)]
    [InlineData("unverified address: <probe@egress.example> rejected", ReplyMeaning.SenderRejected)]
    [InlineData("<probe@egress.example> does not exist", ReplyMeaning.SenderRejected)]
    [InlineData("<jane@target.example> does not exist", ReplyMeaning.NoSuchMailbox)]
    [InlineData("egress.example not found in the DNS", ReplyMeaning.SenderRejected)]
    public void Read_AnEchoedAddress_SaysWhomItIsAbout(string text, ReplyMeaning meaning) => Assert.Equal(meaning, Read(550, text).Meaning);

    [Theory]
    [InlineData("No such user. Read https://help.example/why?from=192.0.2.7&what=1", ReplyMeaning.NoSuchMailbox)]
    [InlineData("The mailbox is full: https://help.example/192.0.2.7/quota.", ReplyMeaning.MailboxFull)]
    [InlineData("Not taken. Read https://help.example/why?from=192.0.2.7", ReplyMeaning.PolicyBlocked)]
    [InlineData("Not taken. Read https://help.example/why?from=mail.egress.example", ReplyMeaning.PolicyBlocked)]
    [InlineData("Recipient rejected, https://help.example/why?from=192.0.2.7", ReplyMeaning.PolicyBlocked)]
    [InlineData("Not taken. Read https://help.example/why?from=198.51.100.4", ReplyMeaning.Other)]
    [InlineData("No such user, https://check.spamhaus.org/query/ip/192.0.2.7", ReplyMeaning.PolicyBlocked)]
    public void Read_LinkThatCarriesOurAddress_IsAHintOnly(string text, ReplyMeaning meaning)
    {
        var finding = Read(550, text);

        Assert.Equal(meaning, finding.Meaning);
        Assert.Equal(meaning is ReplyMeaning.PolicyBlocked, finding.NamesUs);
    }

    [Fact]
    public void Read_RefusalOfAProviderThatLinksWithOurAddress_IsWhatItsWordsSay()
    {
        var reply = SmtpReply.Of(550, "mailbox unavailable, it was not taken", "https://postmaster.example/case?client=192.0.2.7");

        Assert.Equal("gmx/no-such-user", ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, "mx00.gmx.net", Ours)).Rule);
    }

    [Theory]
    [InlineData("Client host [192.0.2.7] blocked", true)]
    [InlineData("mail.egress.example is not welcome: blocked", true)]
    [InlineData("blocked, see https://check.spamhaus.org/q", true)]
    [InlineData("Your server is banned", true)]
    [InlineData("Blocked by policy", false)]
    [InlineData("Host 10.0.0.3 blocked it by policy", false)]
    public void Read_PolicyBlock_SaysWhetherItNamesUs(string text, bool namesUs)
    {
        var finding = Read(550, text);

        Assert.Equal(ReplyMeaning.PolicyBlocked, finding.Meaning);
        Assert.Equal(namesUs, finding.NamesUs);
    }

    [Fact]
    public void Read_AnotherAddressWhereOursIsNotKnown_NamesUs() =>
        Assert.True(ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, "Host 198.51.100.4 blocked by policy"), null, Ours with { Address = null })).NamesUs);

    [Theory]
    [InlineData("Greylisted, try again in 300 seconds", 300)]
    [InlineData("greylisted for 5 minutes", 300)]
    [InlineData("Greylisted, come back in 00:04:58", 298)]
    [InlineData("Greylisted, come back in 04:58 min", 298)]
    [InlineData("Greylisted. Retry in 2h", 7200)]
    [InlineData("Greylisted: [192.0.2.7] 4.2.0 wait 90s please", 90)]
    [InlineData("Graulisting, in 10 Minuten", 600)]
    [InlineData("Серый список, через 5 минут", 300)]
    [InlineData("Greylisted (wait 3 hrs)", 10800)]
    [InlineData("Greylisted", null)]
    [InlineData("Greylisted for 400 hours", null)]
    [InlineData("Greylisted for 0 seconds", null)]
    [InlineData("Greylisted since 2026-11-01 10:11:12", null)]
    [InlineData("Greylisted, 12345678 seconds", null)]
    [InlineData("Greylisted, at 10:99", null)]
    [InlineData("Greylisted, at 1:02:99", null)]
    [InlineData("Greylisted 5", null)]
    [InlineData("Greylisted 5:", null)]
    public void Read_PauseInTheText_IsFound(string text, int? seconds) =>
        Assert.Equal(seconds is { } given ? TimeSpan.FromSeconds(given) : null, Read(450, text).RetryAfter);

    [Theory]
    [InlineData("24h@pflege.example")]
    [InlineData("300s@target.example")]
    [InlineData("in.5.minutes@target.example")]
    public void Read_TimeInAName_IsNoPause(string recipient)
    {
        Assert.Null(ReadAbout(recipient, "<{0}>: Greylisted, see 5min.example", 450).RetryAfter);
        Assert.Equal(TimeSpan.FromMinutes(4), ReadAbout(recipient, "<{0}>: Greylisted, come back in 4 minutes", 450).RetryAfter);
    }

    [Fact]
    public void Read_PauseInARefusalForGood_IsNotOne() => Assert.Null(Read(550, "user unknown, try again in 5 minutes").RetryAfter);

    [Theory]
    [InlineData(" user")]
    [InlineData("; . ; ")]
    [InlineData("user unknown. ")]
    [InlineData("a@b.de ")]
    [InlineData("@@@@\"\"\"")]
    [InlineData("your ip address ")]
    [InlineData("1:1:1:1:")]
    [InlineData("http://")]
    [InlineData("æßÆ")]
    [InlineData("用户")]
    public void Read_HostileText_TakesBoundedTime(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 65536 / unit.Length));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        for (var i = 0; i < 20; i++)
            _ = Read(550, text);

        // 4,096 examined characters take well under a millisecond; the bound allows for a busy machine.
        Assert.True(clock.ElapsedMilliseconds < 2000, $"{clock.ElapsedMilliseconds} ms for 20");
    }

    [Theory]
    [InlineData(550, "5.1.1 <jane@target.example>: Recipient address rejected: User unknown in virtual mailbox table")]
    [InlineData(550, "The email account that you tried to reach does not exist, see https://help.example/?p=1 a1b2c3d4e5")]
    [InlineData(552, "The mailbox is full")]
    [InlineData(554, "Delivery not possible from host 198.51.100.4")]
    [InlineData(250, "OK")]
    public void Read_ReplyThatSaysNoMoreThanItsRule_AllocatesNothing(int code, string text)
    {
        var context = new ReplyContext(SmtpStage.Rcpt, new SmtpReply(code, null, text), "mx1.example.com", Ours);
        for (var i = 0; i < 100; i++)
            _ = ReplyRules.Default.Read(context);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            _ = ReplyRules.Default.Read(context);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ReplyFinding Read(int code, string text, SmtpStage stage = SmtpStage.Rcpt, EnhancedCode? enhanced = null) =>
        ReplyRules.Default.Read(new ReplyContext(stage, new SmtpReply(code, enhanced, text), null, Ours));

    private static ReplyFinding ReadAbout(string address, string text, int code) => ReplyRules.Default.Read(new ReplyContext(
        SmtpStage.Rcpt,
        new SmtpReply(code, null, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, address)),
        null,
        Ours with { Recipient = address }));
}
