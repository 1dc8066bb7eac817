using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>Finds out about one address: by asking the world, or, under a test key, without.</summary>
internal interface IEmailProber
{
    /// <summary>Makes one attempt. Bounded by the lane's patience and the probe's deadline.</summary>
    /// <param name="address">About whom.</param>
    /// <param name="attempts">How many tries are behind us.</param>
    Task<AttemptResult> AskAsync(EmailAddress address, int attempts);
}
