using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Cli;

/// <summary>What the commands do; each returns its exit code.</summary>
internal sealed record CommandHandlers
{
    public required Func<ServeArguments, CancellationToken, Task<int>> Serve { get; init; }

    public required Func<VerifyArguments, CancellationToken, Task<int>> Verify { get; init; }

    public required Func<SandboxArguments, CancellationToken, Task<int>> Sandbox { get; init; }

    /// <summary>Gets what reads replies; told whether it explains.</summary>
    public required Func<bool, CancellationToken, Task<int>> Replies { get; init; }

    public required Func<CancellationToken, Task<int>> Addresses { get; init; }

    public required Func<RejudgeArguments, CancellationToken, Task<int>> Rejudge { get; init; }

    public required Func<DoctorArguments, CancellationToken, Task<int>> Doctor { get; init; }

    public required Func<CommonArguments, CancellationToken, Task<int>> Migrate { get; init; }

    public required Func<CommonArguments, KeyWish, CancellationToken, Task<int>> CreateKey { get; init; }

    public required Func<CommonArguments, CancellationToken, Task<int>> ListKeys { get; init; }

    public required Func<CommonArguments, string, CancellationToken, Task<int>> RevokeKey { get; init; }
}
