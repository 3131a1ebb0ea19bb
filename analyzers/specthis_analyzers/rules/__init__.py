"""The rules, in the order of the manual. A new rule is a module here, a line in this table, and a case file."""

from __future__ import annotations

from . import (
    cyclic_dependency,
    duplicate_entry,
    duplicate_output,
    malformed_front_matter,
    malformed_output,
    malformed_schema,
    malformed_settings,
    misplaced_field,
    missing_entry,
    missing_field,
    missing_host_doc,
    missing_key,
    missing_script,
    missing_section,
    missing_sectionversion,
    mixed_dialect,
    name_mismatch,
    non_finite_result,
    orphaned_export,
    outside_path,
    routed_figure,
    schema_mismatch,
    unknown_dependency,
    unknown_kind,
    unknown_resource,
    unknown_schema,
    unknown_setting,
    unknown_status,
    unmentioned_dependency,
    unpaired_report,
    unread_file,
    unrouted_report,
    variant_collision,
)
from .rule import Rule

RULES: tuple[Rule, ...] = (
    # Front matter and entries
    malformed_front_matter.RULE,
    missing_key.RULE,
    unknown_kind.RULE,
    name_mismatch.RULE,
    unknown_dependency.RULE,
    unmentioned_dependency.RULE,
    cyclic_dependency.RULE,
    unrouted_report.RULE,
    routed_figure.RULE,
    unpaired_report.RULE,
    missing_entry.RULE,
    duplicate_entry.RULE,
    missing_field.RULE,
    misplaced_field.RULE,
    unknown_status.RULE,
    unknown_resource.RULE,
    # The contract
    missing_script.RULE,
    malformed_output.RULE,
    schema_mismatch.RULE,
    non_finite_result.RULE,
    malformed_schema.RULE,
    unknown_schema.RULE,
    outside_path.RULE,
    duplicate_output.RULE,
    variant_collision.RULE,
    # Routing
    missing_host_doc.RULE,
    missing_section.RULE,
    orphaned_export.RULE,
    missing_sectionversion.RULE,
    # The project
    mixed_dialect.RULE,
    unknown_setting.RULE,
    malformed_settings.RULE,
    unread_file.RULE,
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
