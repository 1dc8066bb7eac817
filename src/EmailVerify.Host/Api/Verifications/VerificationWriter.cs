using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Doctor;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Writes a verification as the API shows it: every member always there, what is not known as null.</summary>
internal static class VerificationWriter
{
    /// <summary>Writes one verification.</summary>
    public static void Write(Utf8JsonWriter writer, in VerificationView view)
    {
        var verification = view.Verification;
        var verdict = verification.Verdict;
        var address = view.Address;
        var domain = address?.Domain;
        var facts = address is null ? default : AddressFacts.Of(address, verdict);
        var known = view.Known;

        writer.WriteStartObject();
        writer.WriteString("id"u8, verification.Id);
        writer.WriteString("email"u8, view.Email);
        writer.WriteString("canonical"u8, address?.Key);
        writer.WriteString("status"u8, verdict is null ? null : Words.Of(verdict.Status));
        writer.WriteString("reason"u8, verdict is null ? null : Words.Of(verdict.Reason));
        writer.WriteNullable("score"u8, verdict?.Score);
        writer.WriteString("explanation"u8, Explanations.Of(view, facts.DomainUnicode, known));
        writer.WriteString("local_part"u8, address?.LocalPart);
        writer.WriteString("domain"u8, domain);
        writer.WriteString("domain_unicode"u8, facts.DomainUnicode);
        writer.WriteString("did_you_mean"u8, facts.Suggestion);
        writer.WriteString("tag"u8, view.Tag);

        WriteFlags(writer, address, facts, verdict);
        writer.WriteString("provider"u8, verdict?.Provider);
        writer.WriteString("exchanger"u8, verdict?.Exchanger);
        writer.WriteTime("found_at"u8, verdict?.FoundAt);
        writer.WriteTime("fresh_until"u8, verdict?.FreshUntil);
        writer.WriteString("source"u8, verdict is null ? null : SourceOf(view, verdict));
        writer.WriteNumber("attempts"u8, verification.Attempts);
        writer.WriteNullable("duration_ms"u8, verification.Evidence is [.., var last] ? Milliseconds(last.Duration) : null);
        writer.WriteString("rules"u8, verdict?.Rules);
        if (view.ShowsEvidence)
        {
            writer.WritePropertyName("evidence"u8);
            EvidenceJson.WriteTo(writer, verification.Evidence);
        }

        if (verification.Pending is { } pending && verdict is null)
            WritePending(writer, pending, verification.Attempts);
        WriteLinks(writer, verification.Id, address is { IsLiteral: false } ? domain : null, knowsDoctor: known is not null);
        writer.WriteEndObject();
    }

    /// <summary>Writes the flags of an address: what its text and its verdict tell.</summary>
    public static void WriteFlags(Utf8JsonWriter writer, EmailAddress? address, in AddressFacts facts, Verdict? verdict)
    {
        writer.WriteStartObject("flags"u8);
        writer.WriteNullable("accept_all"u8, verdict?.AcceptAll);
        writer.WriteNullable("disposable"u8, facts.Disposable);
        writer.WriteNullable("free"u8, facts.Free);
        writer.WriteNullable("role"u8, facts.Role);
        writer.WriteNullable("subaddress"u8, facts.Subaddress);
        writer.WriteNullable("no_reply"u8, facts.NoReply);
        writer.WriteNullable("smtputf8"u8, address?.NeedsSmtputf8);
        writer.WriteNullable("mailbox_full"u8, verdict?.MailboxFull);
        writer.WriteNullable("mailbox_disabled"u8, verdict?.MailboxDisabled);
        writer.WriteEndObject();
    }

    /// <summary>Gets where the verdict came from, for this caller.</summary>
    public static string SourceOf(in VerificationView view, Verdict verdict) => Words.Of(view.FromCache ? VerdictSource.Cache : verdict.Source);

    private static void WritePending(Utf8JsonWriter writer, Pending pending, int attempts)
    {
        writer.WriteStartObject("pending"u8);
        writer.WriteTime("since"u8, pending.Since);
        writer.WriteString("cause"u8, pending.Cause is { } cause ? Words.Of(cause) : null);
        writer.WriteNumber("attempts"u8, attempts);
        writer.WriteTime("next_attempt_at"u8, pending.Cause is null ? null : pending.NextAttemptAt);
        writer.WriteTime("gives_up_at"u8, pending.GivesUpAt);
        writer.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter writer, string id, string? domain, bool knowsDoctor)
    {
        writer.WriteStartObject("links"u8);
        writer.WriteString("self"u8, PathOf(id));
        writer.WriteString("domain"u8, domain is null ? null : "/v1/domains/" + domain);
        writer.WriteString("doctor"u8, knowsDoctor ? DoctorWriter.Path : null);
        writer.WriteEndObject();
    }

    /// <summary>Gets the path of a verification; without a host, so that it holds behind any proxy.</summary>
    public static string PathOf(string id) => "/v1/verifications/" + id;

    private static int Milliseconds(TimeSpan duration) => (int)Math.Min(duration.TotalMilliseconds, int.MaxValue);
}
