using System.Text;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Batches.Results;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Cli;

/// <summary>What <c>verify</c> shows of an address, from this process or from a service.</summary>
internal sealed record VerdictRow
{
    public required string Email { get; init; }

    /// <summary>Gets the status, or null when there is no verdict yet.</summary>
    public string? Status { get; init; }

    public string? Reason { get; init; }

    public int? Score { get; init; }

    public string? DidYouMean { get; init; }

    public bool? AcceptAll { get; init; }

    public bool? Disposable { get; init; }

    public bool? Free { get; init; }

    public bool? Role { get; init; }

    public bool? MailboxFull { get; init; }

    public string? Provider { get; init; }

    public string? FoundAt { get; init; }

    /// <summary>Gets one sentence for a person.</summary>
    public string Explanation { get; init; } = string.Empty;

    /// <summary>Gets what renders it as the API shows it, on one line.</summary>
    public required Func<string> Json { get; init; }

    /// <summary>Shows a verification.</summary>
    public static VerdictRow Of(VerificationView view)
    {
        var verdict = view.Verification.Verdict;
        var facts = view.Address is { } address ? AddressFacts.Of(address, verdict) : default;
        return new VerdictRow
        {
            Email = view.Email,
            Status = verdict is null ? null : Words.Of(verdict.Status),
            Reason = verdict is null ? null : Words.Of(verdict.Reason),
            Score = verdict?.Score,
            DidYouMean = facts.Suggestion,
            AcceptAll = verdict?.AcceptAll,
            Disposable = facts.Disposable,
            Free = facts.Free,
            Role = facts.Role,
            MailboxFull = verdict?.MailboxFull,
            Provider = verdict?.Provider,
            FoundAt = verdict is null ? null : InstantText.Of(verdict.FoundAt),
            Explanation = Explanations.Of(view, facts.DomainUnicode, view.Known) ?? string.Empty,
            Json = () => Encoding.UTF8.GetString(JsonAnswer.Render(view, VerificationWriter.Write)),
        };
    }

    /// <summary>Shows what the table has of a row of a batch.</summary>
    public static VerdictRow Of(in ShownResult result, bool inSandbox) => new()
    {
        Email = result.Row.Input.Email,
        Status = Words.Of(result.Verdict.Status),
        Reason = Words.Of(result.Verdict.Reason),
        Score = result.Verdict.Score,
        Explanation = Explanations.Of(result.Verdict.Reason, result.Facts.DomainUnicode, inSandbox),
        Json = static () => throw new NotSupportedException("Rows of batches have a writer of their own."),
    };

    /// <summary>Shows what a service answered: a verification, or a row of a batch.</summary>
    public static VerdictRow Of(JsonElement answer)
    {
        var flags = answer.GetProperty("flags");
        return new VerdictRow
        {
            Email = answer.GetProperty("email").GetString() ?? string.Empty,
            Status = Text(answer, "status"),
            Reason = Text(answer, "reason"),
            Score = answer.GetProperty("score") is { ValueKind: JsonValueKind.Number } score ? score.GetInt32() : null,
            DidYouMean = Text(answer, "did_you_mean"),
            AcceptAll = Flag(flags, "accept_all"),
            Disposable = Flag(flags, "disposable"),
            Free = Flag(flags, "free"),
            Role = Flag(flags, "role"),
            MailboxFull = Flag(flags, "mailbox_full"),
            Provider = Text(answer, "provider"),
            FoundAt = Text(answer, "found_at"),
            Explanation = Text(answer, "explanation") ?? ExplanationOf(answer),
            Json = answer.GetRawText,
        };
    }

    // Rows of a batch carry none.
    private static string ExplanationOf(JsonElement answer)
    {
        if (!Words.TryParse<VerdictReason>(Text(answer, "reason"), out var reason))
            return string.Empty;
        _ = EmailAddress.TryParse(Text(answer, "email") ?? string.Empty, out var address);
        return Explanations.Of(reason, address is null ? null : AddressFacts.Of(address, verdict: null).DomainUnicode);
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static bool? Flag(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    }
    : null;
}
