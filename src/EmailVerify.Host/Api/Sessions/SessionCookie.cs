using System.Security.Cryptography;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>
/// The cookie of who is signed in. It lasts twelve hours from the signing in, whatever is done meanwhile, and never longer than its key:
/// that is judged at each request, so that a revoked key ends every session that it opened.
/// </summary>
internal sealed class SessionCookie(IDataProtectionProvider protection, KeyRing keys, TimeProvider clock)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Its name over http on this machine.</summary>
    public const string PlainName = "emailverify";

    /// <summary>Its name everywhere else: by this prefix browsers know that no other host and no page over http may set it.</summary>
    public const string SecureName = "__Host-emailverify";

    // Ours have some 200 characters.
    private const int MaxLength = 1_024;

    private readonly IDataProtector protector = protection.CreateProtector("EmailVerify.Session");

    /// <summary>Signs a browser in.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="key">The hash of the key that it stands for.</param>
    public void Give(HttpContext context, in KeyHash key)
    {
        var isSecure = Origins.IsSecure(context.Request);
        var cookie = WebEncoders.Base64UrlEncode(protector.Protect(new Session(key, clock.GetUtcNow() + Life).ToOctets()));
        context.Response.Cookies.Append(isSecure ? SecureName : PlainName, cookie, Options(isSecure, Life));
    }

    /// <summary>Signs a browser out.</summary>
    public static void Remove(HttpContext context)
    {
        foreach (var name in (ReadOnlySpan<string>)[SecureName, PlainName])
        {
            if (context.Request.Cookies.ContainsKey(name))
                context.Response.Cookies.Append(name, string.Empty, Options(name is SecureName, TimeSpan.Zero));
        }
    }

    /// <summary>Says who asks by the cookie, or why they may not.</summary>
    public async ValueTask<KeyCheck> CheckAsync(HttpContext context)
    {
        if (Find(context.Request) is not { } cookie)
            return KeyRing.Missing;
        if (!Origins.MayChange(context.Request))
            return Origins.CrossSite;
        if (Read(cookie) is not { } session || session.Until <= clock.GetUtcNow())
            return End(context);
        var check = await keys.CheckAgainAsync(session.Key, context);
        return check.Problem is { } problem && problem.Code == ProblemCode.InvalidKey ? End(context) : check;
    }

    private static Problem End(HttpContext context)
    {
        Remove(context);
        return new Problem(ProblemCode.SessionEnded, "The session is over. Sign in again at /sign-in.");
    }

    // Over https the plain one is not looked at: a page of another host of the same domain could have set it.
    private static string? Find(HttpRequest request)
    {
        var cookies = request.Cookies;
        return cookies[SecureName] ?? (request.IsHttps || !Origins.IsThisMachine(request.Host) ? null : cookies[PlainName]);
    }

    private static CookieOptions Options(bool isSecure, TimeSpan life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = isSecure,
        Path = "/",
        MaxAge = life,
    };

    private Session? Read(string cookie)
    {
        if (cookie.Length > MaxLength)
            return null;
        try
        {
            return Session.Of(protector.Unprotect(WebEncoders.Base64UrlDecode(cookie)));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
