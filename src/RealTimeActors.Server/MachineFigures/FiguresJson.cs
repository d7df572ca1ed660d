using System.Text.Json.Serialization;
using RealTimeActors.Server.MachineFigures.Cpu;
using RealTimeActors.Server.MachineFigures.Disk;
using RealTimeActors.Server.MachineFigures.Memory;
using RealTimeActors.Server.MachineFigures.Network;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>The figures as the <c>data</c> of events: flat, compact, units in the names.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(CpuFigures))]
[JsonSerializable(typeof(MemoryFigures))]
[JsonSerializable(typeof(DiskFigures))]
[JsonSerializable(typeof(NetworkFigures))]
[JsonSerializable(typeof(MachineDescription))]
internal sealed partial class FiguresJson : JsonSerializerContext;
