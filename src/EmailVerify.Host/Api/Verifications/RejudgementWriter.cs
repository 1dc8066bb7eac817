using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Writes what today's rules say of a verification: the same members in the API and in the lines of <c>rejudge</c>.</summary>
internal static class RejudgementWriter
{
    /// <summary>Writes one judgement.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="verification">As it was before.</param>
    /// <param name="again">What is said of it today.</param>
    /// <param name="isApplied">Whether that was stored.</param>
    /// <param name="showsAddress">Whether the address is written.</param>
    public static void Write(Utf8JsonWriter writer, Verification verification, Rejudgement again, bool isApplied, bool showsAddress)
    {
        var before = verification.Verdict!;
        var changed = again as Rejudgement.Changed;
        var wouldAsk = again as Rejudgement.WouldAskAgain;
        writer.WriteStartObject();
        writer.WriteString("id"u8, verification.Id);
        if (showsAddress)
            writer.WriteString("email"u8, verification.Email);
        Write(writer, "before"u8, before);
        Write(writer, "after"u8, changed?.After.Verdict ?? before);
        writer.WriteBoolean("changed"u8, changed is not null);
        writer.WriteBoolean("applied"u8, isApplied);
        writer.WriteString("rule"u8, changed?.Rule ?? wouldAsk?.Rule);
        writer.WriteString("would_ask_again"u8, wouldAsk is null ? null : Words.Of(wouldAsk.Cause));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Verdict verdict)
    {
        writer.WriteStartObject(name);
        writer.WriteString("status"u8, Words.Of(verdict.Status));
        writer.WriteString("reason"u8, Words.Of(verdict.Reason));
        writer.WriteNumber("score"u8, verdict.Score);
        writer.WriteString("rules"u8, verdict.Rules);
        writer.WriteEndObject();
    }
}
