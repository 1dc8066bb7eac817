using EmailVerify.Core.Retries;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Emails;

/// <summary>
/// One mailbox, for interactive requests: asks once however many want to know, and keeps its verdict hot.
/// Key: <c>h-</c> (or <c>t-</c> under test keys) and the keyed hash of the address, so that no log or dashboard shows it.
/// </summary>
[Alias("email")]
public interface IEmailGrain : IGrainWithStringKey
{
    /// <summary>Verifies the address, or says what is known by the end of the wait.</summary>
    /// <returns>
    /// A verification with a verdict; or one without when it was put off or <see cref="EmailQuestion.Accept"/> made it durable;
    /// or null when the wait ended before anything was known and nothing was accepted. The work goes on in each case.
    /// </returns>
    [Alias("verify"), AlwaysInterleave]
    ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question);

    /// <summary>Waits for the verdict of a pending verification.</summary>
    /// <param name="customerId">Whose it is.</param>
    /// <param name="verificationId">Which.</param>
    /// <param name="wait">At most so long, 0 to 5 s.</param>
    /// <returns>The verification as it is now, or null when this grain is not waiting for it: the store knows.</returns>
    [Alias("wait"), AlwaysInterleave]
    ValueTask<EmailAnswer?> WaitAsync(string customerId, string verificationId, TimeSpan wait);

    /// <summary>Looks into the store for a verification whose evidence was judged again, so that the verdict that is served is the one that is stored.</summary>
    /// <param name="customerId">Whose it is.</param>
    /// <param name="verificationId">Which.</param>
    [Alias("reread"), AlwaysInterleave]
    ValueTask RereadAsync(string customerId, string verificationId);

    /// <summary>Asks again for a row of <c>retries</c> that is due. Returns when the work has begun.</summary>
    [Alias("retry"), AlwaysInterleave]
    ValueTask RetryAsync(RetryTicket ticket);
}
