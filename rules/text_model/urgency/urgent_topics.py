"""List the topics that make an issue more urgent: their weight and their words. See `topics`."""

from __future__ import annotations

from collections.abc import Mapping

URGENT: Mapping[str, tuple[float, str]] = {
    "crash": (
        2.5,
        "crash* segfault* segv sigsegv sigabrt segmentation_fault core_dump* coredump* bsod "
        "blue_screen force_clos* access_violation kernel_panic ice ices abend "
        "internal_compiler compiler_error panic panics panicked bus_error fatal_error dies died",
    ),
    "hang": (
        2.0,
        "hang hangs hanging hung freez* froze frozen deadlock* dead_lock livelock* stuck "
        "unresponsive not_responding infinite_loop* infinite_recurs* infinitely never_returns "
        "never_ends never_finish* never_complet* never_terminat* stall* blocks_forever "
        "loops_forever waits_forever forever",
    ),
    "data lost": (
        3.0,
        "data_loss dataloss data_lost lost_data loses_data lose_data losing_data corrupt* "
        "overwrit* wiped wipes truncat* data_missing data_deleted missing_data silently_drop* "
        "silently_los* silently_ignor* silently_fail* messages_lost message_loss lost_messages "
        "lost_updates lost_changes changes_lost lost_work missing_blocks missing_records "
        "duplicate_records duplicated_records duplicate_rows inconsistent_data data_integrity "
        "integrity unrecoverable irrecoverabl* disappear* vanish* "
        "loses_all lost_all deletes_all deleted_all",
    ),
    "wrong result": (
        1.8,
        "wrong_result* wrong_data wrong_value* wrong_answer* wrong_output wrong_code "
        "wrong_amount* wrong_total* incorrect_result* incorrect_data incorrect_value* "
        "incorrect_output incorrectly_comput* incorrectly_calculat* invalid_data bad_data "
        "miscompil* unsound* soundness undefined_behavior undefined_behaviour wrong_order "
        "miscalculat* returns_wrong returns_incorrect",
    ),
    "security": (
        3.0,
        "secur* vulnerab* exploit* xss csrf xsrf cve injection privilege* escalat* "
        "unauthorized unauthorised clear_text cleartext plaintext spoof* attack* malicious "
        "denial_of dos arbitrary_code remote_code hijack* bypass* expose* leaks_password* "
        "phishing ransomware sandbox_escape backdoor untrusted tamper* eavesdrop* breach*",
    ),
    "sign-in": (
        1.2,
        "login logins log_in logged_in sign_in signin authenticat* kerberos credential* "
        "access_denied permission_denied locked_out lock_out password* sso ldap token_expired "
        "session_expired",
    ),
    "regression": (
        2.5,
        "regress* used_to previously_work* no_longer stopped_work* stops_work* works_in "
        "worked_in works_fine worked_fine worked_before works_with worked_with works_on "
        "worked_on worked_until since_upgrading since_updating since_version since_0 "
        "after_upgrad* after_updat* after_migrat* broken_by broken_since broken_in broke_in "
        "anymore any_more introduced_in introduced_by bisect*",
    ),
    "broken": (
        1.8,
        "broken broke breaks breakage breaking doesn't_work doesnt_work not_work not_working "
        "isn't_working don't_work won't_work didn't_work unusable useless totally completely "
        "nothing_works nothing_happens inoperable malfunction* unavailable",
    ),
    "failure": (
        1.0,
        "fail fails failed failing failure failures cannot can't unable impossible couldn't "
        "could_not can_not refus* reject* bail* fault faults faulty anomal*",
    ),
    "error": (
        0.8,
        "error errors exception exceptions throw throws thrown throwing assert* abort* "
        "traceback stacktrace stack_trace fatal uncaught unhandled",
    ),
    "program error": (
        1.0,
        "nullpointer* npe null_pointer classcast* classnotfound* noclassdef* nosuchmethod* "
        "outofmemory* oom stackoverflow* stack_overflow indexoutof* of_bounds "
        "concurrentmodification* use_after double_free buffer_overflow dangling",
    ),
    "leak": (
        1.8,
        "leak leaks leaking leaked leakage memory_leak* resource_leak* memory_usage "
        "memory_consumption memory_growth out_of exhaust* high_cpu cpu_usage disk_full "
        "full_disk runs_out running_out",
    ),
    "won't start": (
        2.0,
        "doesn't_start not_start can't_start cannot_start won't_start to_start not_boot "
        "doesn't_boot not_launch can't_launch not_open can't_open cannot_open won't_open "
        "doesn't_open not_load can't_load doesn't_load won't_load not_run can't_run "
        "doesn't_run cannot_run not_install can't_install cannot_install to_install "
        "not_connect can't_connect cannot_connect doesn't_connect not_deploy to_deploy "
        "can't_save cannot_save not_save not_saved doesn't_save can't_login cannot_login "
        "can't_log cannot_log can't_upload cannot_upload can't_access cannot_access "
        "not_accessible on_startup at_startup on_start on_launch at_launch during_startup "
        "white_screen black_screen blank_screen blank_page empty_page to_load to_connect "
        "to_boot boot_loop",
    ),
    "set-up": (
        1.2,
        "install* upgrad* migrat* deploy* setup set_up bootstrap* provision* rollout "
        "rollback roll_back",
    ),
    "release": (
        2.2,
        "release releases releasing released ship shipping shipped milestone rc rc0 beta final "
        "ga before_release for_release code_freeze freeze deadline* launch launches go_live "
        "due_date demo must_ship this_week next_week by_friday by_monday end_of",
    ),
    "blocker": (
        3.0,
        "block blocks blocker blockers blocking blocked showstop* show_stopp* critical* "
        "urgen* asap immediate* severe* serious* major high_priority top_priority highest "
        "p0 must_fix must_have must_be important essential emergency hotfix hot_fix mandatory "
        "required_for disast* catastroph* unacceptable embarrass* priority",
    ),
    "production": (
        2.0,
        "production prod customer customers client clients outage* downtime down_time "
        "is_down went_down goes_down going_down are_down live_site live_system live_server "
        "all_users all_customers every_user everyone everybody users_can't users_cannot "
        "users_are many_users nobody_can no_one on_call oncall incident incidents pager "
        "sla mission in_flight on_orbit",
    ),
    "build": (
        1.8,
        "build_fail* build_break* build_broken build_broke builds_fail* broken_build "
        "failing_build failed_build compile_error* compilation_error* compilation_fail* "
        "compile_fail* not_compile doesn't_compile won't_compile cannot_compile can't_compile "
        "to_compile to_build not_build doesn't_build won't_build can't_build cannot_build "
        "nightly nightlies trunk ci jenkins hudson teamcity bamboo pipeline_fail* "
        "broken_master break_build breaks_build",
    ),
    "test failure": (
        0.3,
        "test_fail* tests_fail* failing_test* fail_test* fails_test* flaky intermittent* "
        "times_out timed_out timing_out timeout",
    ),
    "speed": (
        0.6,
        "perf performance slow slower slowly slowness slowdown latency too_long very_long "
        "bottleneck throughput quadratic exponential overload* scalab*",
    ),
    "race": (
        1.0,
        "race races race_condition* concurren* thread_safe* threadsafe* synchroniz* "
        "multithread* thread_safety simultaneous*",
    ),
    "compatibility": (
        0.6,
        "incompatib* compatib* not_supported unsupported doesn't_support backward* "
        "breaking_change* breaking_changes",
    ),
    "always": (
        0.8,
        "always every_time everytime consistently each_time reproducible reproducibly whenever "
        "all_the constantly repeatedly continuously",
    ),
    "core": (
        0.6,
        "namenode server servers database databases cluster clusters transaction* master "
        "replicat* backup* restore* recover* failover node nodes storage session sessions "
        "kernel firmware network telemetry primary",
    ),
    "law": (
        1.4,
        "licence* license* licensing legal* complian* gdpr notice_file audit audits auditor* "
        "regulat* privacy lawsuit contract contractual copyright_violation personal_data",
    ),
    "new capability": (
        1.0,
        "epic foundation implement* support_for create new_api new_module new_service "
        "integrat* architecture prototype requirement* parity initial",
    ),
    "money": (
        1.6,
        "payment* billing billed invoice* checkout order orders purchas* revenue price prices "
        "pricing in_app refund* charged overcharg* money donation* salary payroll",
    ),
    "harm": (
        2.0,
        "dangerous* danger unsafe safety harass* abuse* abusive harm* injur* spam illegal "
        "collision overheat* fire loss_of lost_contact lost_signal abort_mission damag* "
        "destroy* hazard*",
    ),
}
