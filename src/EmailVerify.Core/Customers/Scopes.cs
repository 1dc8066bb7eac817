using System.Collections.Immutable;

namespace EmailVerify.Core.Customers;

/// <summary>What a key may do. A closed list.</summary>
public static class Scopes
{
    /// <summary>Ask for verifications.</summary>
    public const string Verify = "verify";

    /// <summary>Read what was asked.</summary>
    public const string Read = "read";

    /// <summary>Keep webhook endpoints.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Tell what happened to mail.</summary>
    public const string Feedback = "feedback";

    /// <summary>Steer providers and egresses, read metrics.</summary>
    public const string Operate = "operate";

    /// <summary>Keep customers and keys.</summary>
    public const string Admin = "admin";

    /// <summary>Gets every scope.</summary>
    public static ImmutableArray<string> All { get; } = [Verify, Read, Webhooks, Feedback, Operate, Admin];
}
