using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Customers;

namespace EmailVerify.Host.Api.Keys;

/// <summary>Makes keys and saves their hashes.</summary>
internal static class KeyMaker
{
    /// <summary>Makes the key of a first start, where no key exists and none is configured.</summary>
    /// <param name="store">The keys.</param>
    /// <param name="configured">The configured key, or null.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>The key, to be printed once; null when there is one already.</returns>
    public static async Task<string?> MakeFirstAsync(IKeyStore store, string? configured, TimeProvider clock)
    {
        if (configured is not null || !(await store.ListAsync(CancellationToken.None)).IsEmpty)
            return null;
        var (text, _) = await MakeAsync(store, new KeyWish("first start", Scopes.All, IsTest: false, Lifetime: null), clock);
        return text;
    }

    /// <summary>Makes a key.</summary>
    /// <returns>The key, which is nowhere else, and what was stored of it.</returns>
    public static async Task<(string Text, ApiKey Stored)> MakeAsync(IKeyStore store, KeyWish wish, TimeProvider clock)
    {
        var text = ApiKeyText.New(wish.IsTest);
        var hash = new byte[32];
        ApiKeyText.Hash(text, hash);
        var now = clock.GetUtcNow();
        var stored = new ApiKey(
            Id.New("key", clock), CustomerIds.Default, wish.Name, [.. hash], text[..ApiKeyText.ShownLength], wish.Scopes, now, wish.Until ?? now + wish.Lifetime, null);
        await store.SaveAsync(stored);
        return (text, stored);
    }
}

/// <summary>What a new key shall be.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="IsTest">Whether it is a test key.</param>
/// <param name="Lifetime">How long it is valid; null is for ever.</param>
internal sealed record KeyWish(string Name, ImmutableArray<string> Scopes, bool IsTest, TimeSpan? Lifetime)
{
    /// <summary>Gets from when on it is refused; it goes before <see cref="Lifetime"/>.</summary>
    public DateTimeOffset? Until { get; init; }
}
