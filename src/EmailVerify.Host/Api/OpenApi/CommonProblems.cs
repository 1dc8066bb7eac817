using System.Collections.Immutable;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>Which problems an operation can answer with because of what it is, whatever it does.</summary>
internal static class CommonProblems
{
    // The gate's and, behind it, those of the stores: a key is looked up for each request.
    private static readonly ImmutableArray<ProblemCode> OfKeys =
    [
        ProblemCode.MissingKey, ProblemCode.InvalidKey, ProblemCode.ExpiredKey, ProblemCode.RevokedKey, ProblemCode.SessionEnded, ProblemCode.InsufficientScope,
        ProblemCode.InternalError, ProblemCode.StorageUnavailable, ProblemCode.Overloaded, ProblemCode.Draining,
    ];

    private static readonly ImmutableArray<ProblemCode> OfSmallBodies =
    [
        ProblemCode.MalformedJson, ProblemCode.BadRequest, ProblemCode.RequestTimeout, ProblemCode.BodyTooLarge, ProblemCode.UnsupportedMediaType,
        ProblemCode.UnsupportedEncoding, ProblemCode.ValidationFailed,
    ];

    /// <summary>Gets all problems of an operation, its own among them, in the order of <see cref="ProblemCode.All"/>.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="description">What is said of it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="method">Its method in lower case.</param>
    public static IEnumerable<ProblemCode> Of(Operation operation, Description description, string path, string method)
    {
        var found = new HashSet<ProblemCode>(description.Problems);
        if (operation.Scope is not null)
            found.UnionWith(OfKeys);
        if (operation.Scope is not null && method is not "get")
            _ = found.Add(ProblemCode.CrossSiteRequest);
        if (operation.Scope is not null && path.StartsWith("/v1/", StringComparison.Ordinal) && description.Answers.Any(answer => !answer.Contents.IsEmpty))
            _ = found.Add(ProblemCode.NotAcceptable);
        if (description.Body is { IsStream: false })
            found.UnionWith(OfSmallBodies);
        return ProblemCode.All.Where(found.Contains);
    }
}
