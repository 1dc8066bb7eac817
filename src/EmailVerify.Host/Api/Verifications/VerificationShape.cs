using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>A verification as <see cref="VerificationWriter"/> writes it, for the document.</summary>
internal static class VerificationShape
{
    private const int MaxHost = 255;
    private const int MaxRule = 128;
    private const int MaxHosts = 64;

    /// <summary>Gets the id of a verification in a path.</summary>
    public static Parameter IdInPath { get; } = Parameter.Path("id", Id("ver"), "The verification's id.", "ver_01M86GVNRVEYHRV72HWAW4YR51");

    /// <summary>Gets the parameter by which evidence is left out.</summary>
    public static Parameter ShowsEvidence { get; } = Parameter.Query("evidence", Flag, "Whether the answer shows evidence; it does unless this is `false`.", "false");

    /// <summary>Gets the header by which a caller waits.</summary>
    public static Parameter Prefer { get; } = Parameter.Header(
        "Prefer", Text(256), "`wait=N` waits up to N seconds (at most 25) for a verdict; `respond-async` does not wait (RFC 7240).", "wait=10");

    /// <summary>Gets a text that is an address or was meant to be one.</summary>
    public static Shape Email { get; } = Text(VerificationRequest.MaxEmailLength);

    /// <summary>Gets the version of the rules that judged.</summary>
    public static Shape Rules { get; } = Text(32).OrNull();

    /// <summary>Gets the flags of an address.</summary>
    public static Shape Flags { get; } = Object(
        Has("accept_all", Flag.OrNull(), "The domain accepts any local part, so its word proves nothing."),
        Has("disposable", Flag.OrNull(), "A throw-away mailbox."),
        Has("free", Flag.OrNull(), "A mailbox that anyone gets for free."),
        Has("role", Flag.OrNull(), "A function as `info`, not a person."),
        Has("subaddress", Flag.OrNull(), "The local part has a tag, as in `jane+news`."),
        Has("no_reply", Flag.OrNull(), "Nobody reads what is sent to it."),
        Has("smtputf8", Flag.OrNull(), "It needs international mail (RFC 6531)."),
        Has("mailbox_full", Flag.OrNull(), "The mailbox is over its quota."),
        Has("mailbox_disabled", Flag.OrNull(), "The mailbox exists and takes no mail now.")).Named("Flags", "What is known of an address beside its verdict: true, false, or null where it is not known.");

    private static readonly Shape Reply = Object(
        Has("code", Whole(200, 599), "The basic code (RFC 5321 4.2)."),
        Has("enhanced", Text(16).OrNull(), "The enhanced status code (RFC 3463)."),
        Has("text", Text(ReplyMask.MaxText), "The text; names of the recipient and of us are masked.")).Named("Reply", "What a mail server said.");

    /// <summary>Gets one attempt to ask.</summary>
    public static Shape Attempt { get; } = Object(
        Has("at", Time, "When the attempt began."),
        Has("stage", Word<SmtpStage>(), "How far the dialogue came."),
        Has("route", List(Text(MaxHost), MaxHosts), "The hosts that take the domain's mail, the best first."),
        May("route_incomplete", Flag, "There were more hosts than are listed."),
        Has("exchanger", Text(MaxHost).OrNull(), "The host that was asked."),
        Has("address", Text(64).OrNull(), "Its IP address."),
        Has("egress", Text(64).OrNull(), "The sender identity that asked."),
        Has("tls", Text(32).OrNull(), "The version of TLS, if it was used."),
        Has("reply", Reply.OrNull(), "What the host said last."),
        Has("meaning", Word<ReplyMeaning>().OrNull(), "How that was read."),
        Has("about", Word<ReplySubject>().OrNull(), "Whom it is about. Only what is about the mailbox says anything of it."),
        Has("rule", Text(MaxRule).OrNull(), "The rule that read it."),
        Has("retry_at", Time.OrNull(), "When the host is asked again."),
        Has("decoys", List(Object(Has("reply", Reply.OrNull(), "What the host said of it."), Has("meaning", Word<ReplyMeaning>(), "How that was read.")), 16), "What the host said of mailboxes that surely do not exist."),
        Has("duration_ms", Count, "How long the attempt took."),
        May("read_as", Text(ReplyMask.MaxText), "The text as the rules saw it, where that differs."),
        May("catch_all_chance", Number(0, 1), "How likely the domain accepts everything."),
        May("signs", List(Word<Signs>(), 16), "What else was noticed.")).Named("Evidence", "One attempt to ask a mail server.");

    private static readonly Shape Pending = Object(
        Has("since", Time, "When it was asked first."),
        Has("cause", Word<VerdictReason>().OrNull(), "Why there is no verdict yet; null while the server is being asked."),
        Has("attempts", Count, "How often it was asked."),
        Has("next_attempt_at", Time.OrNull(), "When it is asked again."),
        Has("gives_up_at", Time, "When the verdict becomes `unknown`.")).Named("Pending", "What is waited for.");

    /// <summary>Gets the shape.</summary>
    public static Shape Shape { get; } = Object(
        Has("id", Id("ver"), "The verification's id."),
        Has("email", Email, "The text as it was given."),
        Has("canonical", Text(512).OrNull(), "The form that all spellings of the mailbox share; null for what is no address."),
        Has("status", OneOf<VerdictStatus>().OrNull(), "The verdict; null while there is none."),
        Has("reason", Word<VerdictReason>().OrNull(), "Why."),
        Has("score", Whole(0, 100).OrNull(), "The chance in percent that mail is accepted."),
        Has("explanation", Text(1_024).OrNull(), "One sentence for a person."),
        Has("local_part", Text(256).OrNull(), "What stands before the last @."),
        Has("domain", Text(MaxHost).OrNull(), "The domain in ASCII."),
        Has("domain_unicode", Text(MaxHost).OrNull(), "The domain as people read it."),
        Has("did_you_mean", Text(512).OrNull(), "The address that was probably meant."),
        Has("tag", Text(VerificationRequest.MaxTagLength).OrNull(), "The caller's own mark."),
        Has("flags", Flags),
        Has("provider", Text(MaxHost).OrNull(), "Who runs the mail servers."),
        Has("exchanger", Text(MaxHost).OrNull(), "The mail server that decided."),
        Has("found_at", Time.OrNull(), "When the verdict was found."),
        Has("fresh_until", Time.OrNull(), "Until when it is given to who asks again."),
        Has("source", Word<VerdictSource>().OrNull(), "Where it came from."),
        Has("attempts", Count, "How often mail servers were asked."),
        Has("duration_ms", Whole(0, int.MaxValue).OrNull(), "How long the last attempt took."),
        Has("rules", Rules, "The version of the rules that judged."),
        May("evidence", List(Attempt, 1_000), "Each attempt, the oldest first; left out when it is not wanted."),
        May("pending", Pending, "What is waited for; only while there is no verdict."),
        Has("links", Object(Has("self", Path(), "This verification."), Has("domain", Path().OrNull(), "What is known of the domain."), Has("doctor", Path().OrNull(), "What may be why there is no better verdict.")), "Where to go on.")).Named("Verification", "A verification: what is known of one address. While `status` is null the work goes on.");

    /// <summary>What a verification with a verdict looks like.</summary>
    public const string Example = """
        {"id":"ver_01M86GVNRVEYHRV72HWAW4YR51","email":"Jane.Doe@Example.com","canonical":"jane.doe@example.com","status":"undeliverable","reason":"rejected_email","score":1,
         "explanation":"The mail server of example.com said that this mailbox does not exist.","local_part":"Jane.Doe","domain":"example.com","domain_unicode":"example.com",
         "did_you_mean":null,"tag":"signup-form",
         "flags":{"accept_all":false,"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"mailbox_full":null,"mailbox_disabled":null},
         "provider":"example.com","exchanger":"mx1.example.com","found_at":"2026-11-24T10:15:40.912Z","fresh_until":"2026-12-08T10:15:40.912Z","source":"live","attempts":1,
         "duration_ms":341,"rules":"2026.11.3",
         "evidence":[{"at":"2026-11-24T10:15:40.571Z","stage":"rcpt","route":["mx1.example.com","mx2.example.com"],"exchanger":"mx1.example.com","address":"192.0.2.25",
          "egress":"eg-1","tls":"TLS 1.3","reply":{"code":550,"enhanced":"5.1.1","text":"<recipient>: no such user"},"meaning":"no_such_mailbox","about":"mailbox",
          "rule":"generic/no-such-user","retry_at":null,"decoys":[],"duration_ms":341}],
         "links":{"self":"/v1/verifications/ver_01M86GVNRVEYHRV72HWAW4YR51","domain":"/v1/domains/example.com","doctor":null}}
        """;

    /// <summary>What one without a verdict looks like.</summary>
    public const string PendingExample = """
        {"id":"ver_01M86GVNRVEYHRV72HWAW4YR51","email":"jane.doe@example.com","canonical":"jane.doe@example.com","status":null,"reason":null,"score":null,
         "explanation":"The mail server of example.com puts strangers off; it is asked again.","local_part":"jane.doe","domain":"example.com","domain_unicode":"example.com",
         "did_you_mean":null,"tag":null,
         "flags":{"accept_all":null,"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"mailbox_full":null,"mailbox_disabled":null},
         "provider":null,"exchanger":null,"found_at":null,"fresh_until":null,"source":null,"attempts":1,"duration_ms":288,"rules":null,"evidence":[],
         "pending":{"since":"2026-11-24T10:09:12.004Z","cause":"greylisted","attempts":1,"next_attempt_at":"2026-11-24T10:15:12.004Z","gives_up_at":"2026-11-24T16:09:12.004Z"},
         "links":{"self":"/v1/verifications/ver_01M86GVNRVEYHRV72HWAW4YR51","domain":"/v1/domains/example.com","doctor":null}}
        """;

    /// <summary>The answer while there is no verdict.</summary>
    public static Answer NotYet { get; } = new(202, "There is no verdict yet, and the work goes on. Ask for the path in `Location` again, after `Retry-After`.", Content.Json(Shape, PendingExample))
    {
        Headers = [AnswerHeader.Location, AnswerHeader.RetryAfter, AnswerHeader.PreferenceApplied],
    };
}
