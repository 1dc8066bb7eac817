using System.Security.Cryptography;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>Codes that sign in once: for the person who has just started the service and sees what it prints. They are in memory only, and only as hashes.</summary>
internal sealed class SignInCodes(TimeProvider clock)
{
    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // 155 bits.
    private const int Length = 26;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // A start makes one.
    private const int MaxCodes = 16;

    private readonly Lock gate = new();
    private readonly List<Code> codes = [];

    /// <summary>Makes a code.</summary>
    /// <param name="key">The hash of the key that it stands for.</param>
    public string Issue(in KeyHash key)
    {
        var text = RandomNumberGenerator.GetString(Alphabet, Length);
        lock (gate)
        {
            if (codes.Count >= MaxCodes)
                codes.RemoveAt(0);
            codes.Add(new Code(KeyHash.OfKey(text), key, clock.GetUtcNow() + Life));
        }

        return text;
    }

    /// <summary>Uses a code up.</summary>
    /// <param name="text">The code, at most <see cref="ApiKeyText.MaxLength"/> characters.</param>
    /// <returns>The hash of the key that it stands for; null when it is none of ours, too old, or used.</returns>
    public KeyHash? Take(string text)
    {
        var hash = KeyHash.OfKey(text);
        var now = clock.GetUtcNow();
        lock (gate)
        {
            _ = codes.RemoveAll(code => code.Until <= now);

            // Each is compared to its end, found or not: the time tells nothing.
            var found = -1;
            for (var at = 0; at < codes.Count; at++)
            {
                var other = codes[at].Hash;
                if (CryptographicOperations.FixedTimeEquals(other, hash))
                    found = at;
            }

            if (found < 0)
                return null;
            var key = codes[found].Key;
            codes.RemoveAt(found);
            return key;
        }
    }

    private sealed record Code(KeyHash Hash, KeyHash Key, DateTimeOffset Until);
}
