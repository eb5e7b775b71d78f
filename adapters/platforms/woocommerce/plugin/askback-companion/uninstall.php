<?php
/**
 * Removes what is ours and nothing else: our option, and what we remember of shoppers.
 * Carts and orders are the store's.
 *
 * @package Askback_Companion
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'askback_companion' );

/**
 * What we remember of each shopper for two days, her address among it.
 */
function askback_companion_forget_shoppers() {
	global $wpdb;
	foreach ( array( '_transient_', '_transient_timeout_' ) as $kind ) {
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WordPress finds transients by their whole names only.
		$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $kind . 'askback_companion_' ) . '%' ) );
	}
}
askback_companion_forget_shoppers();

/**
 * The keys to it in WooCommerce's sessions.
 */
function askback_companion_clean_sessions() {
	global $wpdb;
	$table = $wpdb->prefix . 'woocommerce_sessions';
	// phpcs:disable WordPress.DB.DirectDatabaseQuery -- WooCommerce has no way of its own to look into all sessions.
	if ( $table !== $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $table ) ) ) ) {
		return;
	}
	$last = 0;
	do {
		$rows = $wpdb->get_results( $wpdb->prepare( "SELECT session_id, session_value FROM {$wpdb->prefix}woocommerce_sessions WHERE session_id > %d AND session_value LIKE %s ORDER BY session_id LIMIT 200", $last, '%"askback_companion"%' ) );
		foreach ( $rows as $row ) {
			$last = (int) $row->session_id;
			$kept = maybe_unserialize( $row->session_value );
			if ( is_array( $kept ) && isset( $kept['askback_companion'] ) ) {
				unset( $kept['askback_companion'] );
				$wpdb->update( $table, array( 'session_value' => maybe_serialize( $kept ) ), array( 'session_id' => $last ) );
			}
		}
	} while ( $rows );
	// phpcs:enable
	if ( class_exists( 'WC_Cache_Helper' ) ) {
		WC_Cache_Helper::invalidate_cache_group( 'wc_session_id' );
	}
}
askback_companion_clean_sessions();
