using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>What a lane's sessions work with.</summary>
/// <param name="Options">What the lane is for.</param>
/// <param name="Sessions">Opens sessions.</param>
/// <param name="CatchAll">Grants decoys.</param>
/// <param name="Decoys">Makes them.</param>
/// <param name="Clock">The time.</param>
internal sealed record LaneMeans(LaneOptions Options, ISessions Sessions, ICatchAllRegister CatchAll, Decoys Decoys, TimeProvider Clock);
