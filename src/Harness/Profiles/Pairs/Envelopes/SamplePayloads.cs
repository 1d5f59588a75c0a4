namespace CoralMux.Harness.Profiles.Pairs.Envelopes;

/// <summary>An ordinary payload of every type, valid against the type's schema.</summary>
public static class SamplePayloads
{
    private static readonly Dictionary<string, string> Payloads = new()
    {
        ["chat.send"] = """{"text":"Will it rain in Bergen tomorrow?","agent_id":"weather"}""",
        ["chat.stream"] = """{"delta":"It will","seq":1}""",
        ["chat.done"] = """{"full_text":"It will.","usage":{"prompt_tokens":9,"completion_tokens":3}}""",
        ["chat.error"] = """{"code":"BACKEND_ERROR","message":"The model is not loaded."}""",
        ["chat.tool_status"] = """{"tool":"forecast","status":"running"}""",
        ["chat.history"] = """{"agent_id":"weather","limit":20}""",
        ["chat.history.result"] = """{"messages":[{"role":"user","content":"Hello","timestamp":1767225600000}]}""",
        ["agent.list"] = "{}",
        ["agent.create"] = """{"name":"Weather"}""",
        ["agent.update"] = """{"id":"weather","name":"Weather"}""",
        ["agent.delete"] = """{"id":"weather"}""",
        ["agent.list.result"] = """{"agents":[{"id":"weather","name":"Weather"}]}""",
        ["agent.result"] = """{"ok":true,"action":"create"}""",
        ["group.list"] = "{}",
        ["group.messages"] = """{"room_id":"r1","limit":50}""",
        ["group.send"] = """{"room_id":"r1","text":"Hello all"}""",
        ["group.list.result"] = """{"rooms":[{"id":"r1","name":"Family","participants":["ada"],"last_message":"Hi","last_message_at":1767225600000}]}""",
        ["group.messages.result"] =
            """{"room_id":"r1","messages":[{"id":"m1","sender_id":"ada","sender_name":"Ada","content":"Hi","timestamp":1767225600000}]}""",
        ["group.message"] =
            """{"room_id":"r1","message":{"id":"m1","sender_id":"ada","sender_name":"Ada","content":"Hi","timestamp":1767225600000}}""",
        ["memory.search"] = """{"agent_id":"weather","query":"Bergen","limit":5}""",
        ["memory.search.result"] = """{"results":[{"path":"notes.md","snippet":"rain","score":0.9}]}""",
        ["system.status"] = "{}",
        ["system.status.result"] =
            """{"cpu_percent":1.5,"memory_percent":40,"memory_used_gb":9.5,"memory_total_gb":24,"gpu_percent":0,"uptime_seconds":3600}""",
        ["key_exchange"] = """{"pubkey":"hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="}""",
        ["auth"] = """{"token":"oc_pair_00000000000000000000000000000000","role":"phone"}""",
        ["auth.ok"] = """{"paired":true,"daily_quota_bytes":1,"daily_used_bytes":0}""",
        ["auth.fail"] = """{"code":"UNAUTHORIZED","message":"no"}""",
        ["status"] = """{"peer":"offline"}""",
        ["ping"] = "{}",
        ["pong"] = "{}",
    };

    /// <summary>A JSON object; an empty one for a type that the specification does not know.</summary>
    public static string For(string type) => Payloads.GetValueOrDefault(type, "{}");
}
