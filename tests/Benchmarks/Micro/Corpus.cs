using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>What the parts are fed with: the corpus of replies that the rules are tested with, and one address, egress and instant for all.</summary>
internal static class Corpus
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    public static readonly Egress Egress = new("eg-1", IPAddress.Loopback, "probe.sandbox.test", "probe@sandbox.test");
    public static readonly EmailAddress Recipient = EmailAddress.Parse("jane.doe@example.com");

    /// <summary>What is ours in a session, before it asks about somebody.</summary>
    public static readonly ReplyMask Ours = new(null, Egress.MailFrom, Egress.HeloName, Egress.Address?.ToString());

    /// <summary>Gets the replies to RCPT.</summary>
    public static readonly ImmutableArray<ReplyContext> Replies = [.. Read().Where(context => context.Stage is SmtpStage.Rcpt)];

    /// <summary>Gets an attempt for each reply, as a lane answers it.</summary>
    public static readonly ImmutableArray<LaneAnswer.Ended> Attempts = [.. Replies.Select(ToAttempt)];

    private static IEnumerable<ReplyContext> Read()
    {
        using var stream = typeof(Corpus).Assembly.GetManifestResourceStream("corpus.ndjson")!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var reply = json.RootElement;
            EnhancedCode? enhanced = EnhancedCode.TryParse(Text(reply, "enhanced"), out var found, out _) ? found : null;
            var stage = Words.TryParse<SmtpStage>(Text(reply, "stage"), out var known) ? known : SmtpStage.Unknown;
            yield return new ReplyContext(stage, new SmtpReply(reply.GetProperty("code").GetInt32(), enhanced, Text(reply, "text") ?? ""), Text(reply, "mx"), Ours with { Recipient = Recipient.Canonical });
        }
    }

    private static LaneAnswer.Ended ToAttempt(ReplyContext context)
    {
        var trace = new ProbeTrace(Now, SmtpStage.Rcpt, "mx1.example.com", IPAddress.Loopback, Egress.Name, "TLS 1.3", TimeSpan.FromMilliseconds(341));
        return new LaneAnswer.Ended(0, new ProbeOutcome.Answered(trace, context.Reply, ReplyRules.Default.Read(context), []), ["mx1.example.com", "mx2.example.com"]);
    }

    private static string? Text(JsonElement reply, string name) => reply.TryGetProperty(name, out var text) ? text.GetString() : null;
}
