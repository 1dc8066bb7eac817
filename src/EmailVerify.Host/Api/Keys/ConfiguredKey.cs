using System.Security.Cryptography;
using EmailVerify.Core.Customers;

namespace EmailVerify.Host.Api.Keys;

/// <summary>The key that the configuration names: of any form, with every scope. Only its hash is kept.</summary>
internal sealed class ConfiguredKey
{
    /// <summary>The key of every installation with <c>--sandbox</c> and no other: documented, so that examples work as printed, and accepted nowhere else.</summary>
    public const string Sandbox = "ev_live_SandboxOnlyNeverInProduction000ooAsf";

    private readonly byte[]? hash;

    /// <summary>Makes the check for a key.</summary>
    /// <param name="key">The key, or null when none is configured.</param>
    public ConfiguredKey(string? key)
    {
        var isTest = key is not null && ApiKeyText.IsTest(key);
        Caller = new Caller(isTest ? CustomerIds.InTest(CustomerIds.Default) : CustomerIds.Default, isTest, Scopes.All);
        if (key is null)
            return;
        hash = new byte[SHA256.HashSizeInBytes];
        ApiKeyText.Hash(key, hash);
    }

    /// <summary>Gets who the key stands for.</summary>
    public Caller Caller { get; }

    /// <summary>Says, in a time that tells nothing, whether a key's hash is that of the configured one.</summary>
    public bool Matches(ReadOnlySpan<byte> other) => hash is not null && CryptographicOperations.FixedTimeEquals(hash, other);
}
