using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Replies;

/// <summary>Writes how a reply is read: every member always there, what is not known as null.</summary>
internal static class ExplanationWriter
{
    /// <summary>Writes one explanation.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="rules">The rules that read.</param>
    /// <param name="reply">The reply.</param>
    public static void Write(Utf8JsonWriter writer, ReplyRules rules, ReplyContext reply)
    {
        var explanation = rules.Explain(reply);
        var finding = explanation.Finding;
        var judgement = ReplyVerdict.Of(reply.Stage, reply.Reply, finding);
        var verdict = judgement as Judgement.Final ?? ((Judgement.Again)judgement).Last;

        writer.WriteStartObject();
        writer.WriteString("meaning"u8, Words.Of(finding.Meaning));
        writer.WriteString("about"u8, Words.Of(finding.Meaning.About()));
        writer.WriteString("rule"u8, finding.Rule);
        writer.WriteString("rule_set"u8, rules.Version);
        writer.WriteString("status"u8, Words.Of(verdict.Status));
        writer.WriteString("reason"u8, Words.Of(verdict.Reason));
        WriteRetry(writer, judgement, finding);
        writer.WriteString("explanation"u8, ReplySentences.Of(finding.Meaning));
        ReplyStream.Write(writer, explanation);
        writer.WriteEndObject();
    }

    // Whoever is accepted without a decoy's answer is asked again for the decoy's sake: the reply itself says nothing of it.
    private static void WriteRetry(Utf8JsonWriter writer, Judgement judgement, ReplyFinding finding)
    {
        if (judgement is not Judgement.Again { Named: var named } || finding.Meaning is ReplyMeaning.MailboxExists)
        {
            writer.WriteNull("retry"u8);
            return;
        }

        writer.WriteStartObject("retry"u8);
        writer.WriteNullable("after_seconds"u8, (int?)named?.TotalSeconds);
        writer.WriteEndObject();
    }
}
