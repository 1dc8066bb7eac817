namespace EmailVerify.Adapters.Sqlite;

/// <summary>The process that works in a data folder.</summary>
/// <param name="ProcessId">Its id on its machine.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Since">When it took the folder.</param>
public sealed record FolderHolder(int ProcessId, string Host, DateTimeOffset Since);

/// <summary>How opening a data folder ended.</summary>
public abstract record FolderOpening
{
    private FolderOpening()
    {
    }

    /// <summary>The folder is ours until it is disposed of, or is visited.</summary>
    public sealed record Opened(DataFolder Folder) : FolderOpening;

    /// <summary>Another process works in it.</summary>
    /// <param name="By">Which one; null when it has not yet said so.</param>
    public sealed record Held(FolderHolder? By) : FolderOpening;

    /// <summary>It was made for the other kind of work.</summary>
    public sealed record OtherKind(InstallationKind Found) : FolderOpening;

    /// <summary>It cannot be used: not allowed, no folder, no locks, or a database without the mark of its kind.</summary>
    /// <param name="Why">For a person.</param>
    public sealed record Unusable(string Why) : FolderOpening;
}
