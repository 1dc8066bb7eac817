using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>A row with its result, as it is shown.</summary>
/// <param name="Row">The row.</param>
/// <param name="Result">Its result.</param>
/// <param name="Address">The address that the text is, or null when it is none.</param>
/// <param name="Facts">What the text tells.</param>
internal readonly record struct ShownResult(ResultRow Row, BatchResult Result, EmailAddress? Address, AddressFacts Facts)
{
    /// <summary>Gets the verdict.</summary>
    public Verdict Verdict => Result.Verdict;

    /// <summary>Shows a row, unless it is not done or is not asked for.</summary>
    public static ShownResult? Of(in ResultRow row, Batch batch, ResultsQuery query)
    {
        if (row.Result is not { Verdict: var verdict } result || (batch.DropsDuplicates && row.RepeatOf is not null))
            return null;
        if (verdict.Score < query.MinScore
            || (!query.Status.IsEmpty && !query.Status.Contains(verdict.Status))
            || (!query.Reasons.IsEmpty && !query.Reasons.Contains(verdict.Reason)))
        {
            return null;
        }

        _ = EmailAddress.TryParse(row.Input.Email, out var address);
        var shown = new ShownResult(row, result, address, address is null ? default : AddressFacts.Of(address, verdict));
        if (query.Flags.IsEmpty)
            return shown;
        foreach (var flag in query.Flags)
        {
            if (shown.Has(flag))
                return shown;
        }

        return null;
    }

    private bool Has(ResultFlag flag) => flag switch
    {
        ResultFlag.AcceptAll => Verdict.AcceptAll == true,
        ResultFlag.Disposable => Facts.Disposable == true,
        ResultFlag.Free => Facts.Free == true,
        ResultFlag.Role => Facts.Role == true,
        ResultFlag.Subaddress => Facts.Subaddress == true,
        ResultFlag.NoReply => Facts.NoReply == true,
        ResultFlag.Smtputf8 => Address?.NeedsSmtputf8 == true,
        ResultFlag.MailboxFull => Verdict.MailboxFull == true,
        ResultFlag.MailboxDisabled => Verdict.MailboxDisabled == true,
        _ => throw new ArgumentOutOfRangeException(nameof(flag), flag, "Not a flag."),
    };
}
