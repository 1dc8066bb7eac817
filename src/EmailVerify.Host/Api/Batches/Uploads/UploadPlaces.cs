using System.Globalization;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>The places of files that come in: so many for the process, and of these so many for one customer, so that nobody takes all.</summary>
internal sealed class UploadPlaces
{
    /// <summary>How many files of one customer come in at once.</summary>
    public const int MaxOfCustomer = 4;

    /// <summary>How many files come in at once. Each takes up to some 100 MB meanwhile: what it has met already, and two chunks.</summary>
    public const int MaxOfProcess = 32;

    private const int RetryAfterSeconds = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> ofCustomers = new(StringComparer.Ordinal);
    private int taken;

    /// <summary>Takes a place.</summary>
    /// <returns>Why there is none; null when it is taken, and then <see cref="Leave"/> gives it back.</returns>
    public Problem? Enter(string customerId)
    {
        lock (gate)
        {
            var ofCustomer = ofCustomers.GetValueOrDefault(customerId);
            if (ofCustomer >= MaxOfCustomer)
                return new Problem(ProblemCode.RateLimited, string.Create(CultureInfo.InvariantCulture, $"A customer may send {MaxOfCustomer} files at once.")) { RetryAfterSeconds = RetryAfterSeconds };
            if (taken >= MaxOfProcess)
                return new Problem(ProblemCode.Overloaded, "Too many files come in at once.") { RetryAfterSeconds = RetryAfterSeconds };
            ofCustomers[customerId] = ofCustomer + 1;
            taken++;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string customerId)
    {
        lock (gate)
        {
            taken--;
            if (--ofCustomers[customerId] == 0)
                _ = ofCustomers.Remove(customerId);
        }
    }
}
