namespace EmailVerify.Host.Api.Sessions;

/// <summary>POST <c>/sign-out</c>: takes the cookie away. Whoever has copied it stays signed in until it is over, or its key is revoked.</summary>
internal static partial class SignOut
{
    public static Task HandleAsync(HttpContext context)
    {
        if (!Origins.IsOwnOrNoBrowser(context.Request))
            return Origins.CrossSite.WriteAsync(context);
        SessionCookie.Remove(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
