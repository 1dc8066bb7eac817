namespace EmailVerify.Core.Domains;

/// <summary>How long an answer of the DNS is believed, whatever its owner says.</summary>
public static class Lifetime
{
    /// <summary>The least: a zone with a TTL of 0 would otherwise be asked for every address of a list.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(60);

    /// <summary>The most: mail is moved within hours, and a stale route makes a wrong verdict. Below the 3 hours that RFC 2308 5 allows negative answers.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromHours(1);

    /// <summary>Brings a TTL between floor and cap.</summary>
    public static TimeSpan Bound(TimeSpan timeToLive) => timeToLive < Floor ? Floor : timeToLive > Cap ? Cap : timeToLive;
}
