using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>A page in a state worth looking at.</summary>
/// <param name="Path">Its path; <c>{done}</c> and <c>{waiting}</c> stand for batches.</param>
/// <param name="Title">Its title, without what all titles end with.</param>
internal sealed record Scene(string Path, string Title)
{
    /// <summary>What all titles end with.</summary>
    public const string TitleEnd = " · EmailVerify";

    /// <summary>Gets its path as it is sent.</summary>
    public string Sent => Path.Split('#')[0];

    /// <summary>Gets how the page comes to this state from its first.</summary>
    public Func<IPage, Task> Act { get; init; } = _ => Task.CompletedTask;

    /// <summary>Gets the refusals that belong to it.</summary>
    public IReadOnlyList<(int Status, string Path)> Allowed { get; init; } = [];

    /// <summary>Gets a value indicating whether it is shown to everybody.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Gets who looks.</summary>
    public Visitor Visitor { get; init; } = Visitor.AtDesk;
}
