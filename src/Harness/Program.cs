using System.CommandLine;
using CoralMux.Harness.Commands;

var root = new RootCommand("Runs the CoralMux specification against any relay, and explains every verdict.")
{
    VerifyCommand.Create(),
    ProbeCommand.Create(),
    ListCommand.Create(),
    ExplainCommand.Create(),
    ReportCommand.Create(),
    DiffCommand.Create(),
    SpecCommand.Create(),
    LoadCommand.Create(),
    LoadCapacityCommand.Create(),
    LoadMergeCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
