namespace EmailVerify.Browser;

/// <summary>Who looks at a page, and on what.</summary>
internal sealed record Visitor
{
    /// <summary>At a desk, with the operator's key.</summary>
    public static readonly Visitor AtDesk = new();

    /// <summary>On a phone, with the operator's key.</summary>
    public static readonly Visitor OnPhone = new() { Width = 390, Height = 844, IsOnPhone = true };

    /// <summary>At a desk, not signed in.</summary>
    public static readonly Visitor Stranger = new() { IsSignedIn = false };

    /// <summary>Gets the width of what is seen, in CSS pixels.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Gets the height of what is seen, in CSS pixels.</summary>
    public int Height { get; init; } = 800;

    /// <summary>Gets a value indicating whether fingers point, and the page says how wide it is.</summary>
    public bool IsOnPhone { get; init; }

    /// <summary>Gets a value indicating whether the system is set to dark.</summary>
    public bool IsDark { get; init; }

    /// <summary>Gets a value indicating whether the system is set to less motion.</summary>
    public bool WantsLessMotion { get; init; }

    /// <summary>Gets a value indicating whether the operator's key was given.</summary>
    public bool IsSignedIn { get; init; } = true;
}
