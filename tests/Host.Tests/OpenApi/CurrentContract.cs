using EmailVerify.Host.Api.OpenApi;
using Microsoft.AspNetCore.Http;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>The contract of the code under test.</summary>
internal static class CurrentContract
{
    private static readonly Lock Gate = new();
    private static Contract? made;

    /// <summary>Gets the contract that was made of the first host, or null.</summary>
    public static Contract? Made => made;

    /// <summary>Makes it, once.</summary>
    /// <param name="endpoints">The endpoints of any host.</param>
    public static Contract Of(IEnumerable<Endpoint> endpoints)
    {
        lock (Gate)
            return made ??= Contract.Parse(OpenApiDocument.Make(endpoints));
    }
}
