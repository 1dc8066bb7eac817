using System.Buffers;
using System.Text;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>What is made of an answer: the verdict, and the evidence that is kept.</summary>
internal static class VerdictParts
{
    private static readonly Settlement Settlement = new(RetrySchedule.Default, Freshness.Default, ReplyRules.Default.Version);

    /// <summary>Gets a verification that was just asked for.</summary>
    public static readonly Verification Asked = new()
    {
        Id = Id.New("ver", TimeProvider.System),
        CustomerId = CustomerIds.Default,
        AddressHash = AddressHash.Of(new byte[32], Corpus.Recipient),
        Email = Corpus.Recipient.Canonical,
        CreatedAt = Corpus.Now,
    };

    /// <summary>Judges answers and settles what becomes of the verification.</summary>
    public static Part Verdict()
    {
        var evidence = Corpus.Attempts.Select(attempt => EvidenceOf.Attempt(attempt, Corpus.Egress, Corpus.Recipient)).ToArray();
        var verdict = Settle(Corpus.Attempts[0], evidence[0]).Verdict;
        return new Part("verdict", "a copy of the verification", evidence.Length, Judge, Copy);

        long Judge()
        {
            var settled = 0L;
            for (var at = 0; at < evidence.Length; at++)
                settled += Settle(Corpus.Attempts[at], evidence[at]).Attempts;
            return settled;
        }

        long Copy()
        {
            var copied = 0L;
            for (var at = 0; at < evidence.Length; at++)
                copied += (Asked with { Attempts = 1, Verdict = verdict, Evidence = [evidence[at]] }).Attempts;
            return copied;
        }
    }

    /// <summary>Makes evidence of answers, masked, and writes it.</summary>
    public static Part Evidence()
    {
        var buffer = new ArrayBufferWriter<byte>();
        return new Part("evidence JSON", "Utf8JsonWriter by hand, unmasked", Corpus.Attempts.Length, Write, WriteByHand);

        static long Write()
        {
            var written = 0L;
            foreach (var attempt in Corpus.Attempts)
                written += EvidenceJson.Write([EvidenceOf.Attempt(attempt, Corpus.Egress, Corpus.Recipient)]).Length;
            return written;
        }

        long WriteByHand()
        {
            var written = 0L;
            foreach (var attempt in Corpus.Attempts)
            {
                buffer.ResetWrittenCount();
                WriteTo(buffer, (ProbeOutcome.Answered)attempt.Outcome, attempt);
                written += Encoding.UTF8.GetString(buffer.WrittenSpan).Length;
            }

            return written;
        }
    }

    /// <summary>Settles an answer at a domain that refuses decoys.</summary>
    public static Verification Settle(LaneAnswer.Ended attempt, Evidence evidence)
    {
        var judgement = Core.Verdicts.Judge.Of(attempt.Outcome, new Circumstances { CatchAll = new CatchAllBelief(CatchAllState.RefusesDecoys, 0.02) });
        var result = new AttemptResult.Judged(judgement, VerdictSource.Live) { Provider = "example.com", AcceptAll = false, Evidence = evidence };
        return Settlement.Apply(Asked, result, Corpus.Now).Verification;
    }

    private static void WriteTo(ArrayBufferWriter<byte> buffer, ProbeOutcome.Answered outcome, LaneAnswer.Ended attempt)
    {
        using var json = new Utf8JsonWriter(buffer);
        var trace = outcome.Trace;
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("at"u8, trace.At);
        json.WriteString("stage"u8, "rcpt"u8);
        json.WriteStartArray("route"u8);
        foreach (var host in attempt.Route)
            json.WriteStringValue(host);
        json.WriteEndArray();
        json.WriteString("exchanger"u8, trace.Exchanger);
        json.WriteString("address"u8, "127.0.0.1"u8);
        json.WriteString("egress"u8, trace.Egress);
        json.WriteString("tls"u8, trace.Tls);
        json.WriteStartObject("reply"u8);
        json.WriteNumber("code"u8, outcome.Reply.Code);
        json.WriteString("text"u8, outcome.Reply.Text);
        json.WriteEndObject();
        json.WriteString("rule"u8, outcome.Finding.Rule);
        json.WriteNumber("duration_ms"u8, (long)trace.Duration.TotalMilliseconds);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
