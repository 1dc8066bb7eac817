namespace EmailVerify.Adapters;

/// <summary>Who made what is stored: mail servers of the real world, or made-up ones.</summary>
public enum InstallationKind
{
    /// <summary>Verdicts about real mailboxes.</summary>
    Real,

    /// <summary>Verdicts of the sandbox, which must never pass for real ones.</summary>
    Sandbox,
}
