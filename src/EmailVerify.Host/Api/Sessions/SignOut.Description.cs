using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Sessions;

internal static partial class SignOut
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Access, "Sign out", "Takes the cookie away from the browser. Whoever has copied it stays signed in until it is over, or its key is revoked.")
    {
        Answers = [new(204, "The browser is signed out.")],
        Problems = [ProblemCode.CrossSiteRequest],
    };
}
