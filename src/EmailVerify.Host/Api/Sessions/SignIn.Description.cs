using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Sessions;

internal sealed partial class SignIn
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Access,
        "Sign in",
        "Gives a browser a cookie for a key, or for the code that a first start prints. It lasts for twelve hours, and never longer than its key. With the cookie, requests that change something must come "
            + "from this site. Programs send their key with each request instead.")
    {
        Body = new Body("A key or a code.", Content.Json(
            Either(
                Object(Has("key", Text(ApiKeyText.MaxLength), "A key of this installation.")).Named("SignInWithKey", "Signing in with a key."),
                Object(Has("code", Text(ApiKeyText.MaxLength), "The code that a first start prints: it is good once, for ten minutes.")).Named("SignInWithCode", "Signing in with a code.")),
            new Example("key", """{"key":"ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B"}"""),
            new Example("code", """{"code":"7K2M-9QXD"}"""))),
        Answers =
        [
            new(204, "The browser is signed in.")
            {
                Headers = [new("Set-Cookie", Text(2_048), "The cookie.", "emailverify=CfDJ8…; max-age=43200; path=/; samesite=strict; httponly")],
            },
        ],
        Problems =
        [
            ProblemCode.InvalidKey, ProblemCode.ExpiredKey, ProblemCode.RevokedKey, ProblemCode.InvalidCode, ProblemCode.CrossSiteRequest, ProblemCode.HttpsRequired, ProblemCode.RateLimited,
        ],
    };
}
