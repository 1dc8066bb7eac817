namespace EmailVerify.Scenarios.Servers;

/// <summary>What the runner of the tests calls on a server. Here who measures does.</summary>
internal interface IAsyncLifetime : IAsyncDisposable
{
    /// <summary>Starts it.</summary>
    ValueTask InitializeAsync();
}
