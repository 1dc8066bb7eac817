using System.Reflection;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Grains.Tests.Batches;

/// <summary>A store of batches with a defect where a test says; else another one does the work.</summary>
public class FaultyStore : DispatchProxy
{
    private IBatchStore inner = null!;
    private Func<string, object?[], bool> fails = (_, _) => false;

    /// <summary>Puts one before the store of a world.</summary>
    /// <param name="fakes">The rest of the world.</param>
    /// <param name="fails">Whether a call of a method with these arguments fails.</param>
    internal static Fakes In(Fakes fakes, Func<string, object?[], bool> fails) => new()
    {
        Plan = fakes.Plan,
        Settlement = fakes.Settlement,
        Also = silo => silo.Services.AddSingleton(provider => Of(provider.GetRequiredService<Adapters.Sqlite.SqliteBatchStore>(), fails)),
    };

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        fails(targetMethod!.Name, args!) ? throw new InvalidDataException("A defect.") : targetMethod.Invoke(inner, args);

    private static IBatchStore Of(IBatchStore inner, Func<string, object?[], bool> fails)
    {
        var store = Create<IBatchStore, FaultyStore>();
        ((FaultyStore)(object)store).inner = inner;
        ((FaultyStore)(object)store).fails = fails;
        return store;
    }
}
