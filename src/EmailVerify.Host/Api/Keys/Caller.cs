using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;

namespace EmailVerify.Host.Api.Keys;

/// <summary>Who asks.</summary>
/// <param name="CustomerId">Whose rows are read and made; for test keys a world apart.</param>
/// <param name="IsTest">Whether nothing may leave the process.</param>
/// <param name="Scopes">What the key may do.</param>
/// <param name="KeyId">Which key, for what is bounded for each.</param>
internal sealed record Caller(string CustomerId, bool IsTest, ImmutableArray<string> Scopes, string KeyId)
{
    /// <summary>Gets what the key's owner calls it.</summary>
    public required string KeyName { get; init; }

    /// <summary>Gets the first characters of the key, or null where none may be shown.</summary>
    public required string? KeyShown { get; init; }

    /// <summary>Says whether the key has a scope.</summary>
    public bool May(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Gets who asks; the gate has let them in.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
