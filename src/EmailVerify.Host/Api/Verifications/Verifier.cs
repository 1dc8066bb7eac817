using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Verifies one address, for the API and the commands alike: by its text where that decides, else by the grain of the mailbox.</summary>
internal sealed class Verifier(Wait wait, IVerificationStore store, Installation installation, TextRules text, TimeProvider clock)
{
    /// <summary>Verifies an address.</summary>
    /// <param name="question">The question; its wait is that of the caller, however long.</param>
    /// <param name="address">The address that the text is, or null when it is none. A bad address is already a verdict.</param>
    /// <param name="cancellationToken">Ends the waiting; the work goes on.</param>
    /// <returns>A verification with a verdict, or one that is durably pending when the wait ended first.</returns>
    public ValueTask<EmailAnswer> VerifyAsync(EmailQuestion question, EmailAddress? address, CancellationToken cancellationToken)
    {
        if (address is null)
            return InvalidAsync(question, cancellationToken);
        var hash = AddressHash.Of(installation.Pepper.Span, address);
        return address.IsLiteral
            ? SaveAsync(question, hash, TextVerdicts.AddressLiteral(clock.GetUtcNow(), text.Rules))
            : wait.AskAsync(hash, question, cancellationToken);
    }

    private async ValueTask<EmailAnswer> InvalidAsync(EmailQuestion question, CancellationToken cancellationToken)
    {
        var hash = AddressHash.OfText(installation.Pepper.Span, question.Email);
        var now = clock.GetUtcNow();
        var earliest = question.MaxAge is { } age ? now - age : DateTimeOffset.MinValue;
        var page = await store.HistoryAsync(question.CustomerId, hash, new HistoryQuery(null, null, null, 1), cancellationToken);
        if (page is [{ Verdict: { Reason: VerdictReason.InvalidEmail } found } known] && now < found.FreshUntil && found.FoundAt > earliest)
            return new EmailAnswer(known, FromCache: true);
        return await SaveAsync(question, hash, TextVerdicts.InvalidEmail(now, text.Fresh, text.Rules));
    }

    private async ValueTask<EmailAnswer> SaveAsync(EmailQuestion question, AddressHash hash, Verdict verdict)
    {
        var verification = question.Begin(hash, clock) with { Verdict = verdict };
        await store.SaveAsync(verification, ticket: null);
        return new EmailAnswer(verification, FromCache: false);
    }
}

/// <summary>What verdicts on texts alone carry.</summary>
/// <param name="Rules">The version of the reply rules that are loaded.</param>
/// <param name="Fresh">How long "no email address" may be served again.</param>
internal sealed record TextRules(string Rules, TimeSpan Fresh);
