using System.Collections.Immutable;
using System.Reflection;
using EmailVerify.Core.Batches;

namespace EmailVerify.Grains.Tests.World;

/// <summary>The batches of tests that are not about them: there are none. Those that are have a real store.</summary>
public class NoBatches : DispatchProxy
{
    internal static IBatchStore Store { get; } = Create<IBatchStore, NoBatches>();

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name is nameof(IBatchStore.OpenAsync)
        ? new ValueTask<ImmutableArray<string>>([])
        : throw new NotSupportedException("Batches have a store that is real.");
}
