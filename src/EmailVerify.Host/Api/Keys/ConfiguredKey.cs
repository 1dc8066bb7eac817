using System.Net;
using System.Security.Cryptography;
using EmailVerify.Core.Customers;

namespace EmailVerify.Host.Api.Keys;

/// <summary>The key that the configuration names: of any form, with every scope. Only its hash is kept.</summary>
internal sealed class ConfiguredKey
{
    /// <summary>The key of every installation with <c>--sandbox</c> and no other: documented, so that examples work as printed, and accepted nowhere else.</summary>
    public const string Sandbox = "ev_live_SandboxOnlyNeverInProduction000ooAsf";

    /// <summary>The fewest characters of a configured key: it may do everything, and whoever can reach the API may guess at it as often as they like.</summary>
    public const int MinLength = 24;

    private readonly byte[]? hash;
    private readonly bool isKnownToAll;

    /// <summary>Makes the check for a key.</summary>
    /// <param name="key">The key, or null when none is configured.</param>
    public ConfiguredKey(string? key)
    {
        var isTest = key is not null && ApiKeyText.IsTest(key);
        isKnownToAll = key is Sandbox;
        Caller = new Caller(isTest ? CustomerIds.InTest(CustomerIds.Default) : CustomerIds.Default, isTest, Scopes.All, "configured")
        {
            KeyName = "the configured key",

            // Of a key of any other form nobody knows how much the first characters tell.
            KeyShown = key is not null && ApiKeyText.HasForm(key) ? key[..ApiKeyText.ShownLength] : null,
        };
        if (key is null)
            return;
        hash = new byte[SHA256.HashSizeInBytes];
        ApiKeyText.Hash(key, hash);
    }

    /// <summary>Gets who the key stands for.</summary>
    public Caller Caller { get; }

    /// <summary>Says, in a time that tells nothing, whether a key's hash is that of the configured one, and whether it may come from there.</summary>
    /// <param name="other">The hash of the key that was sent.</param>
    /// <param name="from">Where it was sent from; null is this machine.</param>
    public bool Matches(ReadOnlySpan<byte> other, IPAddress? from) =>
        hash is not null
        && CryptographicOperations.FixedTimeEquals(hash, other)
        && (!isKnownToAll || from is null || IPAddress.IsLoopback(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from));
}
