using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>What a caller wants to know of an address.</summary>
[GenerateSerializer, Immutable, Alias("email-question")]
public sealed record EmailQuestion
{
    /// <summary>Gets who asks.</summary>
    [Id(0)]
    public required string CustomerId { get; init; }

    /// <summary>Gets the address as it was given; it parses, and its hash is the grain's key.</summary>
    [Id(1)]
    public required string Email { get; init; }

    /// <summary>Gets the caller's own mark, or null.</summary>
    [Id(2)]
    public string? Tag { get; init; }

    /// <summary>Gets how old a verdict may be; null takes any that is fresh, zero asks anew.</summary>
    [Id(3)]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Gets how long to wait in this call, 0 to 5 s.</summary>
    [Id(4)]
    public TimeSpan Wait { get; init; }

    /// <summary>Gets a value indicating whether what is not known by the end of the wait is to be made durable, so that it can be answered with 202.</summary>
    [Id(5)]
    public bool Accept { get; init; }

    /// <summary>Says whether a verdict that is known answers it.</summary>
    /// <param name="known">The verdict.</param>
    /// <param name="now">The time.</param>
    public bool IsAnsweredBy(Verdict known, DateTimeOffset now) => now < known.FreshUntil && (MaxAge is not { } age || now - known.FoundAt < age);

    /// <summary>Begins the verification that answers it. Nothing is stored.</summary>
    /// <param name="hash">The hash of the address.</param>
    /// <param name="clock">The time.</param>
    public Verification Begin(AddressHash hash, TimeProvider clock) => new()
    {
        Id = Id.New("ver", clock),
        CustomerId = CustomerId,
        AddressHash = hash,
        Email = Email,
        Tag = Tag,
        CreatedAt = clock.GetUtcNow(),
    };

    /// <summary>Says what it is and not whom it is about: Orleans writes the arguments of late calls to the log.</summary>
    public override string ToString() => nameof(EmailQuestion);
}

/// <summary>A verification, and whether it was found now or before.</summary>
/// <param name="Verification">The verification of the caller's own.</param>
/// <param name="FromCache">Whether an earlier verdict answered.</param>
[GenerateSerializer, Immutable, Alias("email-answer")]
public sealed record EmailAnswer([property: Id(0)] Verification Verification, [property: Id(1)] bool FromCache);
