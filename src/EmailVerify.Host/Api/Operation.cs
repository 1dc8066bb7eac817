using System.Collections.Immutable;
using EmailVerify.Host.Api.OpenApi;

namespace EmailVerify.Host.Api;

/// <summary>What an endpoint is called in metrics, and what a key must be allowed for it. An endpoint without one is refused to all.</summary>
/// <param name="Name">Its name in camel case, such as <c>createVerification</c>.</param>
/// <param name="Scope">The scope that the key must have; null is open to all.</param>
internal sealed record Operation(string Name, string? Scope)
{
    /// <summary>Gets the media types in which it can answer, the first being the default. Problems are always <c>application/problem+json</c>.</summary>
    public ImmutableArray<string> Types { get; init; } = MediaTypes.JsonOnly;

    /// <summary>Gets what describes it in the OpenAPI document. Called only when the document is made; null for what <see cref="IsForPeople"/>.</summary>
    public Func<Description>? Describe { get; init; }

    /// <summary>Gets a value indicating whether it is no part of the API: a page, or a file of one.</summary>
    public bool IsForPeople { get; init; }

    /// <summary>Gets a value indicating whether it is a page for a person: a browser that is not signed in is led to where one signs in, and back.</summary>
    public bool IsPage { get; init; }
}
