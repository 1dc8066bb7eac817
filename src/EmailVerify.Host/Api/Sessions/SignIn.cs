using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>POST <c>/sign-in</c>: a key, or the code that a first start prints, for a cookie. Open to all, hence bounded in every way.</summary>
internal sealed partial class SignIn(KeyRing keys, SignInCodes codes, SignInAttempts attempts, SessionCookie sessions, ILogger<SignIn> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var problem = await SignAsync(context);
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
    }

    private async ValueTask<Problem?> SignAsync(HttpContext context)
    {
        // :: Step 1: may it be tried from there? No other site signs somebody in, not even as itself.
        if (!Origins.IsOwnOrNoBrowser(context.Request))
            return Origins.CrossSite;
        if (Origins.IsInTheClear(context.Request))
            return new Problem(ProblemCode.HttpsRequired, "From another machine, sign in over https.");

        // :: Step 2: the secret.
        var parsed = await JsonBody.ReadAsync(context, SignInRequest.Parse, maxLength: SignInRequest.MaxBody);
        if (parsed is not { Value: { } request })
            return parsed.Problem;

        // :: Step 3: once more, or too often? Keys of our own making cannot be guessed: whoever has one gets in, however often others fail.
        var from = context.Connection.RemoteIpAddress;
        var mayBeGuessed = request.IsCode || !ApiKeyText.HasForm(request.Secret);
        if (mayBeGuessed && attempts.Begin(from) is { } seconds)
            return new Problem(ProblemCode.RateLimited, "Too many attempts to sign in have failed.") { RetryAfterSeconds = seconds };

        // :: Step 4: whose it is.
        var (check, key) = await CheckAsync(request, context);
        if (check.Problem is { } refusal)
        {
            // What has the form and is nobody's key is not counted: whoever likes could fill the log with it.
            if (mayBeGuessed || refusal.Code != ProblemCode.InvalidKey)
                SignInLog.Refused(logger, refusal.Code.Code);
            return refusal;
        }

        // :: Step 5: the cookie.
        if (mayBeGuessed)
            attempts.Forgive(from);
        sessions.Give(context, key);
        SignInLog.SignedIn(logger, check.Caller.KeyId);
        return null;
    }

    private async ValueTask<(KeyCheck Check, KeyHash Key)> CheckAsync(SignInRequest request, HttpContext context)
    {
        if (!request.IsCode)
            return (await keys.CheckAsync(request.Secret, context, out var sent), sent);
        return codes.Take(request.Secret) is { } key
            ? (await keys.CheckAgainAsync(key, context), key)
            : (new Problem(ProblemCode.InvalidCode, "The code is not known, was used, or is older than ten minutes."), default);
    }
}
